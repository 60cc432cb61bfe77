/** Draws, crops and describes batches of pictures. */
import sharp from 'sharp';
import { describePicture, pictureDimension, pictureSide } from './picture-descriptor.js';
import type { PictureTask } from './pictures.js';

/** Side at which a picture is drawn first; what is left of it after cropping still has pixels to shrink. */
const drawnSide = 128;

/** Channels below this are ink; compression leaves near-white specks on white. */
const inkBelow = 247;

const white = { r: 255, g: 255, b: 255 };

sharp.concurrency(1); // one thread a worker
sharp.cache(false);

/** @returns values [pictures, 216]; zeros where there is no picture, NaN where it cannot be read */
export default async function describePictures({ pictures }: PictureTask): Promise<Float32Array> {
  const values = new Float32Array(pictures.length * pictureDimension);
  for (const [row, picture] of pictures.entries()) {
    if (picture === undefined) continue;
    const target = values.subarray(row * pictureDimension, (row + 1) * pictureDimension);
    const pixels = await cropped(picture).catch(() => undefined);
    if (pixels) target.set(describePicture(pixels));
    else target.fill(NaN);
  }
  return values;
}

/** The picture's 64 x 64 pixels, [64, 64, 3], its longer side filling them. */
async function cropped(picture: Uint8Array): Promise<Uint8Array> {
  const drawn = await sharp(picture)
    .rotate() // as the camera's note in the file says
    .resize(drawnSide, drawnSide, { fit: 'contain', background: { ...white, alpha: 0 } })
    .flatten({ background: white })
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer();
  return sharp(drawn, { raw: { width: drawnSide, height: drawnSide, channels: 3 } })
    .extract(inkBox(drawn))
    .resize(pictureSide, pictureSide, { fit: 'contain', background: white })
    .raw()
    .toBuffer();
}

/** The smallest box that holds all ink; the whole where there is none. */
function inkBox(pixels: Uint8Array): { left: number; top: number; width: number; height: number } {
  let [left, right, top, bottom] = [drawnSide, -1, drawnSide, -1];
  for (let at = 0; at < pixels.length; at++) {
    if ((pixels[at] as number) >= inkBelow) continue;
    const pixel = Math.floor(at / 3);
    const x = pixel % drawnSide;
    const y = Math.floor(pixel / drawnSide);
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  }
  if (right < 0) return { left: 0, top: 0, width: drawnSide, height: drawnSide };
  return { left, top, width: right - left + 1, height: bottom - top + 1 };
}
