import { describe, expect, it } from '@jest/globals';
import type { Chart } from './domain/chart.js';
import { drawChart } from './draw.js';

const HOSTILE = '<script>alert(1)</script> & "quoted" \u202e';
const CHARTS: readonly Chart[] = [
  {
    kind: 'sankey',
    title: HOSTILE,
    description: 'd',
    nodes: [
      { id: 'in', label: `In ${HOSTILE}`, depth: 0, tone: 'flow' },
      { id: 'place', label: 'Place 7', depth: 1, tone: 'flow' },
      { id: 'sent', label: 'Sent 5', depth: 2, tone: 'flow' },
      { id: 'out', label: 'Out 2', depth: 2, tone: 'exit' },
    ],
    links: [
      { from: 'in', to: 'place', value: 7, tone: 'flow' },
      { from: 'place', to: 'sent', value: 5, tone: 'flow' },
      { from: 'place', to: 'out', value: 2, tone: 'exit' },
    ],
  },
  {
    kind: 'bars',
    title: 't',
    description: 'd',
    bars: [
      { name: HOSTILE, value: 12, label: `12 ${HOSTILE}`, tone: 'flow' },
      { name: 'zero', value: 0, label: '0', tone: 'rest' },
    ],
  },
  {
    kind: 'lines',
    title: 't',
    description: 'd',
    moments: ['Jan', 'Feb', 'Mar'],
    lines: [
      { name: 'a', tone: 'flow', values: [1, null, 3], label: `in ${HOSTILE}` },
      { name: 'b', tone: 'exit', values: [0, 2, 1], label: 'out' },
    ],
  },
];

describe.each(CHARTS.map((chart) => [chart.kind, chart] as const))('a chart of %s', (_kind, chart) => {
  it('is the same bytes each time, and loads, runs and styles nothing', async () => {
    const drawn = await drawChart(chart, 'c');
    expect(await drawChart(chart, 'c')).toBe(drawn);
    expect(drawn).toMatch(/^<svg class="chart" role="img" aria-labelledby="c-title c-desc"/);
    expect(drawn).not.toMatch(
      /<(script|style|image|use|a|foreignObject)\b|\s(on\w+|style|href|class="zr|id="(?!c-))[=\w-]*|url\(/,
    );
    expect(drawn).not.toContain('<script');
    // Every colour is a meaning.
    expect(drawn).not.toMatch(/(fill|stroke)="(?!none")/);
    expect(drawn).toMatch(/class="[^"]*fill-flow/);
  });

  it('says what it shows', async () => {
    const drawn = await drawChart(chart, 'c');
    expect(drawn).toContain('<desc id="c-desc">d</desc>');
    expect(drawn.match(/<text/g)?.length).toBeGreaterThan(1);
  });
});
