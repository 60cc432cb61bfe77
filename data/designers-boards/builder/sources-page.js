/**
 * Writes SOURCES.md: what came from which package, at which version, under which licence.
 */
import { keywordSources, pictureSources } from './packages.js';

/** @param result  what `collect` returned */
export function sourcesPage(result) {
  const countOf = (rows, designer) => rows.filter((row) => row.designer === designer).length;
  const designerOf = new Map(result.boards.map((board) => [board.id, board.designer]));
  const saveCounts = new Map();
  for (const [board] of result.saves) {
    const designer = designerOf.get(board);
    saveCounts.set(designer, (saveCounts.get(designer) ?? 0) + 1);
  }
  const rows = pictureSources.map((source) => [
    source.designer,
    `\`${source.package}\``,
    source.version,
    source.license,
    countOf(result.pins, source.designer),
    countOf(result.boards, source.designer),
    saveCounts.get(source.designer),
  ]);
  rows.push(['**all**', '', '', '', result.pins.length, result.boards.length, result.saves.length]);
  return `# Designers' boards: where the data comes from

A pin is a pictured concept (umbrella, guitar, rocket). A board is one icon designer's own tag or category
("Tabler: rain"). A save says that this designer filed that concept there. **These are tags that designers gave, not saves
by many users**: honest, public and connected enough to show how Pinwalk works, but no sample of what people collect.

Concepts of equal title are one pin, whoever drew them, so boards of different designers meet in it; the picture is one
designer's drawing, named in the columns \`source\` and \`license\` of the pin. A pin's text is its title only: its tags
are its boards and would give the answers away.

| designer | package | version | licence | pictures | boards | saves |
|---|---|---|---|---:|---:|---:|
${rows.map((row) => `| ${row.join(' | ')} |`).join('\n')}

The words of the boards of Emoji come from ${list(keywordSources)},
and from the groups and keywords of Unicode that they carry. NOTICE at the top of the repository holds the licence texts.

Left out: ${result.brandCount} of ${result.drawingCount} drawings as brands and logos, ${result.variantCount} as variants of another
(struck through, or one emoji as man and as woman), words of style ("outline", "filled"), and pins and boards of one save.

Pictures are shortened (numbers to two decimals, comments and metadata removed), otherwise unchanged.

Build again: \`node data/designers-boards/build.js\`, then \`node dist/train/features/write-vectors.js data/designers-boards\`.
`;
}

function list(sources) {
  return sources.map((source) => `\`${source.package}\` ${source.version} (${source.license})`).join(', ');
}
