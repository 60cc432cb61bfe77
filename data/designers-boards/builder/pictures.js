/**
 * Pictures of pins as small SVG documents on one line each.
 */

/** Opens the art of the packages: a function from a drawing's `picture` to SVG text. */
export async function openPictures(packages) {
  const { optimize } = await packages.import('svgo/lib/svgo-node.js');
  const fluent = packages.json('@iconify-json/fluent-emoji-flat/icons.json');
  return (picture) => {
    const source = picture.startsWith('fluent-emoji-flat:')
      ? fluentPicture(fluent, picture.slice('fluent-emoji-flat:'.length))
      : packages.text(picture);
    const { data } = optimize(source.replace(adobeSwitch, ''), shrinking);
    if (/[\t\n\r]/.test(data) || !data.startsWith('<svg xmlns=')) throw new Error(`${picture}: not an SVG on one line`);
    return data;
  };
}

/** An empty element that only Adobe Illustrator reads, left in a few drawings. */
const adobeSwitch = /<foreignObject[^>]*(\/>|>\s*<\/foreignObject>)/g;

const shrinking = {
  multipass: true,
  plugins: [
    { name: 'preset-default', params: { floatPrecision: 2 } },
    'removeDimensions',
    { name: 'removeAttrs', params: { attrs: ['svg:class', 'svg:data-.*', 'svg:id', 'svg:aria-.*', 'svg:role'] } },
    'removeScripts',
  ],
};

function fluentPicture(art, name) {
  const { body } = art.icons[name] ?? art.icons[art.aliases[name].parent];
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${art.width}" height="${art.height}" viewBox="0 0 ${art.width} ${art.height}">${body}</svg>`;
}
