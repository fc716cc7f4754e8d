import type { EChartsOption } from 'echarts';
import type * as Library from 'echarts';
import type { BarChart, Chart, LineChart, SankeyChart } from './domain/chart.js';
import { cleanSvg, markOf } from './domain/clean-svg.js';

const WIDTH = 1_120;
/** What the names at the right end may take; longer ones are cut, and whole in the table. */
const LAST_LABEL_PX = 320;
/** ... and the others, as far as the next nodes. */
const LABEL_PX = 370;
const FONT_PX = 14;
const ROW_PX = 34;

/** Loaded with the first chart: whoever draws none pays nothing for it. One file, because it is of some hundred. */
let library: Promise<typeof Library> | undefined;
const load = (): Promise<typeof Library> =>
  (library ??= import('echarts/dist/echarts.esm.min.mjs') as Promise<typeof Library>);

/**
 * The chart as SVG for a page: the same chart gives the same bytes. Colours are classes (`fill-flow`, `stroke-line`).
 * @param id unique in the page
 */
export async function drawChart(chart: Chart, id: string): Promise<string> {
  const { init } = await load();
  const { option, height } = drawing(chart);
  const drawn = init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height });
  try {
    const text = { color: markOf('ink'), fontSize: FONT_PX, fontFamily: 'system-ui, sans-serif' };
    drawn.setOption({ animation: false, textStyle: text, ...option });
    return cleanSvg(drawn.renderToSVGString(), { id, title: chart.title, description: chart.description });
  } finally {
    drawn.dispose();
  }
}

function drawing(chart: Chart): { readonly option: EChartsOption; readonly height: number } {
  switch (chart.kind) {
    case 'sankey':
      return sankey(chart);
    case 'bars':
      return bars(chart);
    case 'lines':
      return lines(chart);
  }
}

const label = { color: markOf('ink'), fontSize: FONT_PX };

function sankey({ nodes, links }: SankeyChart) {
  const deepest = Math.max(0, ...nodes.map(({ depth }) => depth));
  const most = Math.max(...nodes.map(({ depth }) => nodes.filter((node) => node.depth === depth).length), 1);
  const height = Math.max(260, most * ROW_PX + 32);
  const option: EChartsOption = {
    series: [
      {
        type: 'sankey',
        top: 16,
        bottom: 16,
        left: 8,
        right: LAST_LABEL_PX,
        nodeWidth: 12,
        nodeGap: 14,
        // In the order in which they are given: nothing is moved to where it looks better, so equal figures look equal.
        layoutIterations: 0,
        draggable: false,
        silent: true,
        data: nodes.map(({ id, depth, tone, label: said }) => ({
          name: id,
          depth,
          itemStyle: { color: markOf(tone), borderWidth: 0 },
          label: {
            ...label,
            ...{ formatter: () => said, position: 'right' as const, overflow: 'truncate' as const },
            width: depth === deepest ? LAST_LABEL_PX - 12 : LABEL_PX,
          },
        })),
        links: links.map(({ from, to, value, tone }) => ({
          source: from,
          target: to,
          value,
          lineStyle: { color: markOf(tone), opacity: 0.35, curveness: 0.5 },
        })),
      },
    ],
  };
  return { option, height };
}

function bars({ bars: given }: BarChart) {
  // Names are measured without a font, and some fonts are a fifth wider than that.
  const left = 8 + Math.min(60, Math.ceil(1.6 * Math.max(0, ...given.map(({ name }) => name.length))));
  const option: EChartsOption = {
    grid: { top: 8, bottom: 8, left, right: 130, outerBoundsMode: 'same' as const },
    xAxis: { type: 'value', min: 0, show: false },
    yAxis: {
      type: 'category',
      inverse: true,
      data: given.map(({ name }) => name),
      axisLine: { lineStyle: { color: markOf('line') } },
      axisTick: { show: false },
      axisLabel: { ...label, width: 300, overflow: 'truncate' },
    },
    series: [
      {
        type: 'bar',
        silent: true,
        barWidth: 18,
        data: given.map(({ value, label: said, tone }) => ({
          value,
          itemStyle: { color: markOf(tone) },
          label: { ...label, show: true, position: 'right' as const, formatter: () => said },
        })),
      },
    ],
  };
  return { option, height: given.length * ROW_PX + 16 };
}

function lines({ moments, lines: given }: LineChart) {
  const option: EChartsOption = {
    grid: { top: 16, bottom: 8, left: 8, right: 220, outerBoundsMode: 'same' as const },
    xAxis: {
      type: 'category',
      data: [...moments],
      boundaryGap: false,
      axisLine: { lineStyle: { color: markOf('line') } },
      axisTick: { show: false },
      axisLabel: { ...label, color: markOf('quiet'), hideOverlap: true },
    },
    yAxis: {
      type: 'value',
      min: 0,
      axisLabel: { ...label, color: markOf('quiet') },
      splitLine: { lineStyle: { color: markOf('line') } },
    },
    series: given.map(({ name, tone, values, label: said }) => ({
      type: 'line' as const,
      name,
      silent: true,
      symbol: 'circle',
      symbolSize: 5,
      showSymbol: moments.length < 40,
      data: [...values],
      itemStyle: { color: markOf(tone) },
      lineStyle: { color: markOf(tone), width: 2.5 },
      endLabel: { ...label, show: true, formatter: () => said },
      labelLayout: { moveOverlap: 'shiftY' as const },
    })),
  };
  return { option, height: 320 };
}
