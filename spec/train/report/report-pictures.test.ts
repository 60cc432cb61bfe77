import t from 'tap';
import { renderReport } from '../../../train/report/page.js';
import { reportPictures } from '../../../train/report/report-pictures.js';
import { sampleReport } from './sample.js';

t.test('reportPictures gives every chart of a report once, with colors of its own', (t) => {
  const page = renderReport(sampleReport());
  const pictures = reportPictures(page);
  t.equal(pictures.length, page.match(/<svg/g)?.length);
  t.equal(new Set(pictures.map(({ name }) => name)).size, pictures.length);
  for (const { name, svg } of pictures) {
    t.match(name, /^[a-z0-9-]+$/);
    t.match(svg, /^<svg style="--ground:#fbfaf8;.*<\/svg>$/s);
    for (const [, color = ''] of svg.matchAll(/var\((--[a-z]+)\)/g)) t.match(svg, `${color}:#`);
  }
  t.end();
});
