/** In which reports are read. */
export const REPORT_LANGUAGES = ['en', 'de'] as const;
export type ReportLanguage = (typeof REPORT_LANGUAGES)[number];

export type ByLanguage = Readonly<Record<ReportLanguage, string>>;

export type Texts = Readonly<Record<string, ByLanguage>>;

export const say = (en: string, de: string): ByLanguage => ({ en, de });
