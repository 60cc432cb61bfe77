/** `pinwalk/data`: pins, boards and saves from files or from a program's own database, and their split. */
export type { Attributes, Board, Collection, ItemTable, Pin, PinVectors, Saves } from './collection.js';
export {
  collectionOf,
  type BoardRecord,
  type CollectionTables,
  type Id,
  type PinRecord,
  type SaveRecord,
} from './collection-of.js';
export { PinwalkError, errorCodes, type ErrorCode } from './errors.js';
export { loadCollection, type DataSource, type LoadOptions, type LoadProgress } from './load.js';
export { splitSaves, type OverlapRule, type Split, type SplitMode, type SplitOptions } from './split.js';
export { formatReport, type FileReport, type MalformedRow, type ValidationReport } from './validation-report.js';
