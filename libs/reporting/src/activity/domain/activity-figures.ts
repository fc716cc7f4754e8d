import type { EpochMs } from '#lib/kernel';

/** How often something was done, and by how many different people. */
export interface Done {
  readonly times: number;
  readonly people: number;
}

/** What was done on a page: how often, and by how many different people. */
export interface PageFigures {
  /** All of it. */
  readonly times: number;
  readonly people: number;
  readonly visits: number;
  readonly visitors: number;
  readonly repeatVisitors: number;
  readonly submitters: number;
  readonly registered: number;
  readonly attended: number;
  /** Of those registered. */
  readonly came: number;
}

/** A month, cut to the period, and between which instants it is. */
export interface Stretch {
  readonly name: string;
  readonly from: EpochMs;
  readonly to: EpochMs;
}

/** How many were known when a month began, had done nothing for long then, and came back in it. */
export interface SilenceFigures {
  readonly known: number;
  readonly silent: number;
  readonly back: number;
}

/** What was done with contents: how often, and by how many different people, whatever they did. */
export interface ContentDone {
  readonly clicks: number;
  readonly visits: number;
  readonly downloads: number;
  readonly people: number;
}

/** The same of a period by names of addresses, and of all of them; an address that is given no name is in the latter alone. */
export type ContentFigures = (nameOf: (address: string) => string | null) => {
  readonly byName: ReadonlyMap<string, ContentDone>;
  readonly all: ContentDone;
};

/** What of activity is asked for as figures. */
export const ACTIVITY_FIGURES = ['channels', 'pages', 'silences', 'contents'] as const;
export type ActivityFigure = (typeof ACTIVITY_FIGURES)[number];

/** Figures of what people did in a period; of those that nobody asked for nothing is known. */
export interface ActivityFigures {
  readonly channels?: { readonly byChannel: ReadonlyMap<string, Done>; readonly all: Done };
  readonly pages?: { readonly byPage: ReadonlyMap<string, PageFigures>; readonly all: PageFigures };
  contents?: ContentFigures;
  silences?(months: readonly Stretch[], silentDays: number): readonly SilenceFigures[];
}
