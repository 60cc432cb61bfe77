/**
 * Reads emoji: Fluent art, with the keywords of four vocabularies and the groups of Unicode as the designer's words.
 */

/** @returns a drawing of each emoji that has Fluent art; its picture is `fluent-emoji-flat:<icon name>` */
export async function readEmoji(packages) {
  const base = packages.json('emojibase-data/en/data.json');
  const { groups, subgroups } = packages.json('emojibase-data/meta/groups.json');
  const art = packages.json('@iconify-json/fluent-emoji-flat/chars.json');
  const keywordsOf = await readKeywords(packages);
  const drawings = [];
  for (const emoji of base) {
    const code = emoji.hexcode.toLowerCase();
    const icon = art[code] ?? art[code.replaceAll('-fe0f', '')];
    if (icon === undefined) continue;
    const words = [...(emoji.tags ?? []), ...(keywordsOf.get(bare(emoji.emoji)) ?? [])];
    if (emoji.group !== undefined) words.push(groups[emoji.group], subgroups[emoji.subgroup]);
    drawings.push({
      designer: 'Emoji',
      name: emoji.hexcode,
      title: emoji.label,
      words,
      picture: `fluent-emoji-flat:${icon}`,
    });
  }
  return drawings;
}

/** Keywords by emoji, of emojilib, gemoji and Emoji Mart. */
async function readKeywords(packages) {
  const keywordsOf = new Map();
  const add = (emoji, words) => {
    const key = bare(emoji);
    keywordsOf.set(key, [...(keywordsOf.get(key) ?? []), ...words]);
  };
  for (const [emoji, words] of Object.entries(packages.json('emojilib/dist/emoji-en-US.json'))) add(emoji, words);
  const mart = packages.json('@emoji-mart/data/sets/15/native.json');
  for (const emoji of Object.values(mart.emojis)) add(emoji.skins[0].native, emoji.keywords);
  const { gemoji } = await packages.import('gemoji/index.js');
  for (const emoji of gemoji) add(emoji.emoji, [...emoji.tags, ...emoji.names]);
  return keywordsOf;
}

/** An emoji without the sign that asks for a coloured picture; vocabularies disagree about it. */
function bare(emoji) {
  return emoji.replaceAll('\uFE0F', '');
}
