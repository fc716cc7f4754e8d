/** What a mark means; the page gives it a colour for light, dark and paper. */
export const TONES = ['ink', 'quiet', 'line', 'flow', 'exit', 'rest', 'second'] as const;
export type Tone = (typeof TONES)[number];

interface ChartText {
  /** The question that the chart answers. */
  readonly title: string;
  /** What is to be seen, for whoever does not see it. */
  readonly description: string;
}

/** From left to right; what flows into a node flows out of it. */
export interface SankeyChart extends ChartText {
  readonly kind: 'sankey';
  readonly nodes: readonly {
    readonly id: string;
    /** As it stands beside the node, number included. */
    readonly label: string;
    /** Column, from 0. */
    readonly depth: number;
    readonly tone: Tone;
  }[];
  readonly links: readonly {
    readonly from: string;
    readonly to: string;
    readonly value: number;
    readonly tone: Tone;
  }[];
}

/** Horizontal bars from zero, the first at the top. */
export interface BarChart extends ChartText {
  readonly kind: 'bars';
  readonly bars: readonly {
    readonly name: string;
    readonly value: number;
    /** As it stands behind the bar. */
    readonly label: string;
    readonly tone: Tone;
  }[];
}

/** One or more lines over days, weeks or months, from left to right. */
export interface LineChart extends ChartText {
  readonly kind: 'lines';
  readonly moments: readonly string[];
  readonly lines: readonly {
    readonly name: string;
    readonly tone: Tone;
    /** Null: not known then. */
    readonly values: readonly (number | null)[];
    /** What stands at the end of the line. */
    readonly label: string;
  }[];
}

export type Chart = SankeyChart | BarChart | LineChart;
