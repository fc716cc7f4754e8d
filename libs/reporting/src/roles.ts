/** For whom a report is: who runs the gateway, who leads marketing, who leads sales and sits on the board, who pays. */
export const REPORT_ROLES = ['operations', 'cmo', 'sales', 'finance'] as const;
export type ReportRole = (typeof REPORT_ROLES)[number];
