/** The names under a country that anybody may have a domain below, of the countries where that is so. */
const OPEN_TO_ALL: Readonly<Record<string, string>> = {
  ae: 'ac co gov net org sch',
  ar: 'com edu gob net org',
  at: 'ac co gv or',
  au: 'asn com edu gov id net org',
  br: 'art blog com edu eco gov ind net org',
  cn: 'ac com edu gov net org',
  co: 'com edu gov net nom org',
  cy: 'ac com gov net org',
  eg: 'com edu gov net org',
  es: 'com edu gob nom org',
  fr: 'asso com gouv nom prd tm',
  gr: 'com edu gov net org',
  hk: 'com edu gov idv net org',
  hu: 'co info org',
  id: 'ac co go my net or sch web',
  il: 'ac co gov k12 muni net org',
  in: 'ac co edu firm gen gov ind net nic org',
  it: 'edu gov',
  jp: 'ac ad co ed go gr lg ne or',
  ke: 'ac co go ne or',
  kr: 'ac co go ne or pe re',
  mt: 'com edu net org',
  mx: 'com edu gob net org',
  my: 'com edu gov net org',
  ng: 'com edu gov net org',
  nz: 'ac co geek gen govt iwi maori net org school',
  pe: 'com edu gob net nom org',
  ph: 'com edu gov net org',
  pk: 'com edu gov net org',
  pl: 'biz com edu gov info net org waw',
  pt: 'com edu gov org',
  ro: 'com org',
  rs: 'ac co edu in org',
  sa: 'com edu gov net org',
  sg: 'com edu gov net org per',
  th: 'ac co go in mi net or',
  tr: 'bel com edu gen gov k12 net org web',
  tw: 'com edu gov idv net org',
  ua: 'com edu gov in kiev net org',
  uk: 'ac co gov ltd me net nhs org plc police sch',
  vn: 'com edu gov net org',
  za: 'ac co gov net org web',
};

/**
 * The domain that somebody has, of one at or below it (RFC 7489, 3.2); null for what nobody has. It knows the countries
 * above, and of all else that the last two labels are somebody's.
 */
export function organizationalDomain(domain: string): string | null {
  const labels = domain.toLowerCase().split('.');
  const [second = '', top = ''] = labels.slice(-2);
  const isOpen = Object.hasOwn(OPEN_TO_ALL, top) && (OPEN_TO_ALL[top] ?? '').split(' ').includes(second);
  const count = isOpen ? 3 : 2;
  return labels.length < count ? null : labels.slice(-count).join('.');
}
