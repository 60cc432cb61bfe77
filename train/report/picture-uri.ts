/**
 * Pictures of pins as data URIs, small enough that a page holds a hundred of them. Shown by `<img>`, in which SVG runs no script
 * and fetches nothing.
 */

/** SVG up to this many bytes is taken as it is. */
const largestSvg = 12 * 1024;
/** Side of other pictures, in pixels: twice what the page shows. */
const side = 160;

/**
 * A picture's data URI.
 *
 * @param bytes  SVG text, PNG, JPEG, WebP or GIF
 * @returns `undefined` for bytes that are no picture, and for larger ones where sharp is not installed; the page shows the title then
 */
export async function pictureUri(bytes: Uint8Array): Promise<string | undefined> {
  const isSvg = /<svg[\s>]/i.test(Buffer.from(bytes.subarray(0, 1024)).toString('latin1'));
  if (isSvg && bytes.length <= largestSvg) return dataUri('image/svg+xml', bytes);
  try {
    const size = { width: side, height: side, fit: 'inside', withoutEnlargement: true } as const;
    const { default: sharp } = await import('sharp'); // optional
    return dataUri('image/webp', await sharp(bytes).resize(size).webp({ quality: 75 }).toBuffer());
  } catch {
    return undefined; // counted by the features already; a report is no place to end a run for it
  }
}

function dataUri(type: string, bytes: Uint8Array): string {
  return `data:${type};base64,${Buffer.from(bytes).toString('base64')}`;
}
