/** Types of api.js, for the spec. */
export const entries: Readonly<Record<string, string>>;
export function exportsOf(file: string): { name: string; signature: string; summary: string }[];
export function apiPage(): string;
