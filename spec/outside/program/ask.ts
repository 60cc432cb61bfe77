/** Asks a generation: related pins by id, ideas, search. */
import { openRecommender, PinwalkError } from 'pinwalk';

const recommender = openRecommender('run/pinwalk.sqlite', { verify: 'now' });
const related = await recommender.similarPins('2', 5);
const ideas = await recommender.recommendForBoard('menu 0', 5);
const found = await recommender.searchTitles('soup', 5);
console.log({ related, ideas, found, pin: recommender.pin('2'), board: recommender.board('menu 0').pinIds.length });
for (const ids of [related.pinIds, ideas.pinIds, found.pinIds])
  if (ids.length !== 5) throw new Error('a list is short');
if (related.pinIds.includes('2')) throw new Error('a pin is related to itself');
try {
  recommender.pin('nobody');
} catch (error) {
  if (!(error instanceof PinwalkError && error.code === 'NOT_FOUND')) throw error;
}
recommender.close();
