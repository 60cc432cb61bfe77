export { init, type EChartsCoreOption } from 'echarts/core';
export type { CustomSeriesRenderItem } from 'echarts/types/dist/shared';
