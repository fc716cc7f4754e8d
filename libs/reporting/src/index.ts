/** What came of messages, in money: reports as plain tables that lead back to touches. */
export { minorDigits, toDecimal } from './domain/currency.js';
export * from './domain/report.js';
export { reportCsv, type ReportCsvDialect } from './report-csv.js';
