/** In which reports are read. */
export const REPORT_LANGUAGES = ['en', 'de'] as const;
export type ReportLanguage = (typeof REPORT_LANGUAGES)[number];

export type ByLanguage = Readonly<Record<ReportLanguage, string>>;
