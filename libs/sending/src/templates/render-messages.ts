import type { TemplateContents } from './domain/template-content.js';
import type { RenderData, RenderResult } from './render.js';

/** What the thread is asked: as many as were ready together. */
export interface RenderRequest {
  readonly jobs: readonly RenderJob[];
  /** It is to forget the templates that it was handed. */
  readonly forget: boolean;
}

export interface RenderJob {
  /** From 1 on; what the thread is at stands in the memory that it shares. */
  readonly n: number;
  readonly templateId: string;
  /** Handed in once; null when the thread has it. */
  readonly template: TemplateContents | null;
  readonly language: string;
  readonly data: RenderData;
}

export interface RenderReply {
  readonly results: readonly { readonly n: number; readonly result: RenderResult }[];
}
