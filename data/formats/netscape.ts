/**
 * Bookmarks as every browser exports them: folders are boards, named by their path, addresses are pins.
 *
 * Source: learn.microsoft.com, "Netscape Bookmark File Format"; TAGS as Delicious, Pinboard and Firefox add it.
 */
import { readLines } from '../readers/lines.js';
import type { TableBatch } from '../readers/table-batch.js';
import { type ExportFormat, type ExportOptions, tagsOf } from './export-format.js';

export const netscape: ExportFormat = { saves: { names: /\.html?$/i, read: readBookmarks } };

const tag = /<h3[^>]*>(.*?)<\/h3>|<a\s([^>]*)>(.*?)<\/a>|<\/dl>|<dl>/gi;

async function* readBookmarks(file: string, options: ExportOptions): AsyncGenerator<TableBatch> {
  const folders: string[] = [];
  let named: string | undefined; // a folder whose list has not begun yet
  const columns = ['board', 'pin', 'pinTitle', 'savedAt', 'tags'];
  for await (const { lines, firstLine, isSuspect } of readLines(file, options)) {
    const rows: unknown[][] = [];
    const positions: number[] = [];
    lines.forEach((line, i) => {
      for (const [found, folder, attributes, title] of line.matchAll(tag)) {
        if (folder !== undefined) named = textOf(folder);
        else if (/^<dl>/i.test(found)) folders.push(named ?? '');
        else if (/^<\/dl>/i.test(found)) folders.pop();
        else {
          const value = (name: string): string => {
            return textOf(new RegExp(`\\b${name}="([^"]*)"`, 'i').exec(attributes ?? '')?.[1] ?? '');
          };
          const board = folders.filter((name) => name !== '').join('/') || 'Bookmarks';
          rows.push([board, value('href'), textOf(title ?? ''), value('add_date'), tagsOf(value('tags'), /,/)]);
          positions.push(firstLine + i);
        }
        if (folder === undefined) named = undefined;
      }
    });
    if (rows.length > 0) {
      yield { columns, rows, positions, isSuspect, isHeaderless: false, readAs: 'bookmarks, folders as boards' };
    }
  }
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

/** Text without marks, its entities as characters. */
function textOf(html: string): string {
  return html
    .replace(/<[^>]*>/g, '')
    .replace(/&(?:#(\d+)|#x([\da-f]+)|(\w+));/gi, (all, decimal?: string, hex?: string, name?: string) => {
      const point = decimal === undefined ? parseInt(hex ?? '', 16) : Number(decimal);
      if (name !== undefined) return entities[name.toLowerCase()] ?? all;
      return point <= 0x10ffff ? String.fromCodePoint(point) : all;
    })
    .trim();
}
