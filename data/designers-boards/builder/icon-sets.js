/**
 * Reads the icon sets: for each drawing its name, title, the designer's words for it (tags and categories) and its SVG file.
 *
 * A drawing is `{designer, name, title, words, picture}`; drawings of one designer that share a name are one, words joined.
 */
import { existsSync } from 'node:fs';
import { withoutStyle } from './words.js';

/** @returns all drawings of the nine icon sets, in the order of the designers and of their own files */
export async function readIconSets(packages) {
  return [
    ...tabler(packages),
    ...lucide(packages),
    ...materialDesign(packages),
    ...(await phosphor(packages)),
    ...ionicons(packages),
    ...fontAwesome(packages),
    ...carbon(packages, 'icons', 'Carbon'),
    ...carbon(packages, 'pictograms', 'Carbon Pictograms'),
    ...octicons(packages),
  ];
}

const spaced = (name) => name.replaceAll('-', ' ');

function tabler(packages) {
  return Object.entries(packages.json('@tabler/icons/icons.json')).map(([name, icon]) => ({
    designer: 'Tabler',
    name,
    title: spaced(name),
    words: [...icon.tags.map(String), icon.category],
    picture: `@tabler/icons/icons/outline/${name}.svg`,
  }));
}

function lucide(packages) {
  return Object.entries(packages.json('lucide-static/tags.json')).map(([name, tags]) => ({
    designer: 'Lucide',
    name,
    title: spaced(name),
    words: tags,
    picture: `lucide-static/icons/${name}.svg`,
  }));
}

function materialDesign(packages) {
  const icons = packages.json('@mdi/svg/meta.json').filter((icon) => !icon.deprecated);
  return icons.map((icon) => {
    const name = withoutStyle(icon.name);
    return {
      designer: 'Material Design Icons',
      name,
      title: spaced(name),
      words: [...icon.aliases.map(withoutStyle), ...icon.tags.flatMap((tag) => tag.split(/[/+]/))],
      picture: `@mdi/svg/svg/${icon.name}.svg`,
    };
  });
}

async function phosphor(packages) {
  const { icons } = await packages.import('@phosphor-icons/core/dist/index.mjs');
  return icons.map((icon) => ({
    designer: 'Phosphor',
    name: icon.name,
    title: spaced(icon.name),
    words: [...icon.tags.filter((tag) => !tag.startsWith('*')), ...icon.categories, icon.figma_category],
    picture: `@phosphor-icons/core/assets/duotone/${icon.name}-duotone.svg`,
  }));
}

function ionicons(packages) {
  return packages.json('ionicons/dist/ionicons.json').icons.map((icon) => {
    const name = withoutStyle(icon.name);
    return {
      designer: 'Ionicons',
      name,
      title: spaced(name),
      words: icon.tags,
      picture: `ionicons/dist/svg/${name}.svg`,
    };
  });
}

function fontAwesome(packages) {
  const root = '@fortawesome/fontawesome-free';
  const categories = fontAwesomeCategories(packages.text(`${root}/metadata/categories.yml`));
  const drawings = [];
  for (const [name, icon] of Object.entries(packages.json(`${root}/metadata/icon-families.json`))) {
    const styles = icon.familyStylesByLicense.free.map((family) => family.style);
    const style = styles.includes('solid') ? 'solid' : styles[0];
    if (style === undefined) continue; // not free
    drawings.push({
      designer: 'Font Awesome',
      name,
      title: icon.label,
      words: [...icon.search.terms.map(String), ...(categories.get(name) ?? [])],
      picture: `${root}/svgs/${style}/${name}.svg`,
    });
  }
  return drawings;
}

/** The file is a flat list of `key: {icons: [...], label: text}`; a label that joins words (`Clothing + Fashion`) is several. */
function fontAwesomeCategories(yaml) {
  const categories = new Map();
  let icons = [];
  for (const line of yaml.split('\n')) {
    const icon = /^\s+- '?([\w-]+)'?/.exec(line);
    const label = /^\s+label: '?(.+?)'?$/.exec(line);
    if (/^[\w-]+:/.test(line)) icons = [];
    else if (icon) icons.push(icon[1]);
    else if (label) for (const name of icons) append(categories, name, ...label[1].split(/ [+&] |\//));
  }
  return categories;
}

function carbon(packages, kind, designer) {
  const { icons, categories } = packages.json(`@carbon/${kind}/metadata.json`);
  const wordsOf = new Map();
  for (const category of categories) {
    for (const part of category.subcategories ?? [category]) {
      for (const member of part.members ?? []) {
        append(wordsOf, typeof member === 'string' ? member : member.name, category.name, part.name);
      }
    }
  }
  return icons.map((icon) => {
    const name = icon.name.replace(/--(filled|outline|alt|glyph)$/, '');
    return {
      designer,
      name,
      title: icon.friendlyName ?? spaced(name),
      words: [...(icon.aliases ?? []).map(String), ...(wordsOf.get(icon.name) ?? [])],
      picture: `@carbon/${kind}/svg/${icon.assets.at(-1).filepath}`,
    };
  });
}

function octicons(packages) {
  return Object.entries(packages.json('@primer/octicons/build/data.json')).map(([file, icon]) => {
    const name = file.replace(/-fill$/, '');
    const picture = (size) => `@primer/octicons/build/svg/${file}-${size}.svg`;
    const words = icon.keywords;
    const largest = existsSync(packages.path(picture(24))) ? 24 : 16;
    return { designer: 'Octicons', name, title: spaced(name), words, picture: picture(largest) };
  });
}

function append(map, key, ...values) {
  const list = map.get(key);
  if (list) list.push(...values);
  else map.set(key, [...values]);
}
