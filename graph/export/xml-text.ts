/**
 * Text that can stand in an XML 1.0 document, with a count of the characters that cannot.
 *
 * Source: Extensible Markup Language (XML) 1.0, fifth edition, production 2 (Char) and section 3.3.3.
 */

/** Control characters but tab and line ends, halves of surrogate pairs, U+FFFE and U+FFFF: no escape makes them legal. */
const invalid = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

const entities: Readonly<Record<string, string>> = Object.freeze({
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  // As characters, parsers would turn these into spaces within an attribute.
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
});

/** Escapes text for attributes and elements alike; characters XML cannot hold are left out and counted. */
export class XmlText {
  strippedCharacters = 0;
  readonly #known = new Map<string, string>();

  /** Escapes text that stands in a document many times; its characters are counted with the first. */
  escapeOnce(text: string): string {
    const escaped = this.#known.get(text) ?? this.escape(text);
    this.#known.set(text, escaped);
    return escaped;
  }

  escape(text: string): string {
    return text
      .replace(invalid, () => {
        this.strippedCharacters++;
        return '';
      })
      .replace(/[&<>"'\t\n\r]/g, (character) => entities[character] ?? character);
  }
}
