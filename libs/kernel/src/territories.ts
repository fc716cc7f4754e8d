/**
 * Regions of a country (ISO 3166-2) that are countries to ISO 3166-1 as well: two names of one place, with clocks and
 * often laws of its own. Former codes and the numbers that a country itself uses are here too, because people have them.
 */
export const TERRITORIES: ReadonlyMap<string, string> = new Map(
  Object.entries<Readonly<Record<string, string>>>({
    US: { AS: 'AS', GU: 'GU', MP: 'MP', PR: 'PR', UM: 'UM', VI: 'VI' },
    FR: {
      ...{ 971: 'GP', 972: 'MQ', 973: 'GF', 974: 'RE', 975: 'PM', 976: 'YT', 977: 'BL', 978: 'MF' },
      ...{ 984: 'TF', 986: 'WF', 987: 'PF', 988: 'NC' },
      ...{ GP: 'GP', MQ: 'MQ', GF: 'GF', RE: 'RE', PM: 'PM', YT: 'YT', BL: 'BL', MF: 'MF' },
      ...{ TF: 'TF', WF: 'WF', PF: 'PF', NC: 'NC' },
    },
    NL: { AW: 'AW', CW: 'CW', SX: 'SX', BQ1: 'BQ', BQ2: 'BQ', BQ3: 'BQ' },
    NO: { 21: 'SJ', 22: 'SJ', SJ: 'SJ' },
    CN: { HK: 'HK', MO: 'MO', TW: 'TW' },
    FI: { '01': 'AX' },
  }).flatMap(([country, parts]) =>
    Object.entries(parts).map(([part, code]): [string, string] => [`${country}-${part}`, code]),
  ),
);
