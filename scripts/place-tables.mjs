// What update-places.mjs knows that no table in the IANA database tells: which clocks people of a region may live by.
// A region that is split names every zone of its parts.

const E = 'America/New_York';
const C = 'America/Chicago';
const M = 'America/Denver';
const P = 'America/Los_Angeles';
const of = (country, zones, regions) => regions.split(' ').map((region) => [`${country}-${region}`, zones]);

/** ISO 3166-2 to zones: every region of US, CA, AU, BR, MX and RU, and those of ES and PT that differ. */
export const REGIONS = Object.fromEntries([
  ...of('US', [E], 'CT DC DE GA MA MD ME NC NH NJ NY OH PA RI SC VA VT WV'),
  ...of('US', [C], 'AL AR IA IL LA MN MO MS OK WI'),
  ...of('US', [M], 'CO MT NM UT WY'),
  ...of('US', [P], 'CA WA'),
  ...of('US', ['Pacific/Honolulu'], 'HI'),
  ...of('US', ['America/Anchorage', 'America/Adak', 'America/Metlakatla'], 'AK'),
  // The Navajo Nation changes its clocks, the rest of Arizona does not.
  ...of('US', ['America/Phoenix', M], 'AZ'),
  ...of('US', [E, C], 'FL IN KY MI TN'),
  ...of('US', [C, M], 'KS ND NE SD TX'),
  ...of('US', ['America/Boise', P], 'ID'),
  ...of('US', [P, 'America/Boise'], 'NV OR'),

  ...of('CA', ['America/Edmonton'], 'AB'),
  ...of('CA', ['America/Vancouver', 'America/Edmonton', 'America/Dawson_Creek', 'America/Creston'], 'BC'),
  ...of('CA', ['America/Winnipeg'], 'MB'),
  ...of('CA', ['America/Halifax'], 'NB NS PE'),
  ...of('CA', ['America/St_Johns', 'America/Goose_Bay'], 'NL'),
  ...of('CA', ['America/Edmonton', 'America/Inuvik', 'America/Yellowknife'], 'NT'),
  ...of('CA', ['America/Iqaluit', 'America/Rankin_Inlet', 'America/Resolute', 'America/Cambridge_Bay', 'America/Coral_Harbour'], 'NU'), // prettier-ignore
  ...of('CA', ['America/Toronto', 'America/Winnipeg', 'America/Atikokan'], 'ON'),
  ...of('CA', ['America/Toronto', 'America/Halifax', 'America/Blanc-Sablon'], 'QC'),
  // Lloydminster keeps the time of Alberta.
  ...of('CA', ['America/Regina', 'America/Edmonton'], 'SK'),
  ...of('CA', ['America/Whitehorse'], 'YT'),

  ...of('AU', ['Australia/Sydney'], 'ACT VIC'),
  ...of('AU', ['Australia/Sydney', 'Australia/Broken_Hill', 'Australia/Lord_Howe'], 'NSW'),
  ...of('AU', ['Australia/Darwin'], 'NT'),
  ...of('AU', ['Australia/Brisbane'], 'QLD'),
  ...of('AU', ['Australia/Adelaide', 'Australia/Eucla'], 'SA'),
  ...of('AU', ['Australia/Hobart'], 'TAS'),
  ...of('AU', ['Australia/Perth', 'Australia/Eucla'], 'WA'),

  ...of('BR', ['America/Sao_Paulo'], 'AL AP BA CE DF ES GO MA MG PA PB PI PR RJ RN RS SC SE SP TO'),
  ...of('BR', ['America/Rio_Branco'], 'AC'),
  ...of('BR', ['America/Manaus', 'America/Eirunepe'], 'AM'),
  ...of('BR', ['America/Manaus'], 'MS MT RO RR'),
  ...of('BR', ['America/Recife', 'America/Noronha'], 'PE'),

  ...of('MX', ['America/Mexico_City'], 'AGU CAM CHP CMX COL DUR GRO GUA HID JAL MEX MIC MOR OAX PUE QUE SLP TAB TLA VER YUC ZAC'), // prettier-ignore
  ...of('MX', ['America/Tijuana'], 'BCN'),
  ...of('MX', ['America/Mazatlan'], 'BCS SIN'),
  ...of('MX', ['America/Mazatlan', 'America/Bahia_Banderas'], 'NAY'),
  ...of('MX', ['America/Hermosillo'], 'SON'),
  ...of('MX', ['America/Chihuahua', 'America/Ciudad_Juarez', 'America/Ojinaga'], 'CHH'),
  ...of('MX', ['America/Monterrey', 'America/Matamoros'], 'COA NLE TAM'),
  ...of('MX', ['America/Cancun'], 'ROO'),

  ...of('RU', ['Europe/Moscow'], 'AD ARK BEL BRY CE CU DA IN IVA KB KC KDA KIR KL KLU KO KOS KR KRS LEN LIP ME MO MOS MOW MUR NEN NGR NIZ ORL PNZ PSK ROS RYA SE SMO SPE STA TA TAM TUL TVE VGG VLA VLG VOR YAR'), // prettier-ignore
  ...of('RU', ['Europe/Kaliningrad'], 'KGD'),
  ...of('RU', ['Europe/Samara'], 'AST SAM SAR UD ULY'),
  ...of('RU', ['Asia/Yekaterinburg'], 'BA CHE KGN KHM ORE PER SVE TYU YAN'),
  ...of('RU', ['Asia/Omsk'], 'OMS'),
  ...of('RU', ['Asia/Novosibirsk'], 'AL ALT KEM KK KYA NVS TOM TY'),
  ...of('RU', ['Asia/Irkutsk'], 'BU IRK'),
  ...of('RU', ['Asia/Yakutsk'], 'AMU ZAB'),
  ...of('RU', ['Asia/Yakutsk', 'Asia/Vladivostok', 'Asia/Magadan'], 'SA'),
  ...of('RU', ['Asia/Vladivostok'], 'KHA PRI YEV'),
  ...of('RU', ['Asia/Magadan'], 'MAG SAK'),
  ...of('RU', ['Asia/Kamchatka'], 'CHU KAM'),

  ...of('ES', ['Atlantic/Canary'], 'CN GC TF'),
  ...of('ES', ['Europe/Madrid'], 'AN AR AS CB CE CL CM CT EX GA IB MC MD ML NC PV RI VC'),
  ...of('PT', ['Europe/Lisbon'], '01 02 03 04 05 06 07 08 09 10 11 12 13 14 15 16 17 18'),
  ...of('PT', ['Atlantic/Azores'], '20'),
  ...of('PT', ['Atlantic/Madeira'], '30'),
]);

/** Countries of which every region is above. */
export const COMPLETE = ['AU', 'BR', 'CA', 'MX', 'RU', 'US'];

/** Regions, or zones, by the first letter of a postal code. */
export const REGIONS_OF_POSTAL_CODES = {
  CA: {
    A: ['CA-NL'],
    B: ['CA-NS'],
    C: ['CA-PE'],
    E: ['CA-NB'],
    G: ['CA-QC'],
    H: ['America/Toronto'],
    J: ['CA-QC'],
    K: ['America/Toronto'],
    L: ['America/Toronto'],
    M: ['America/Toronto'],
    N: ['America/Toronto'],
    P: ['CA-ON'],
    R: ['CA-MB'],
    S: ['CA-SK'],
    T: ['CA-AB'],
    V: ['CA-BC'],
    X: ['CA-NT', 'CA-NU'],
    Y: ['CA-YT'],
  },
};

/**
 * First three digits of the ZIP codes that the Postal Service gives to each state; a few beginnings have codes of several.
 * Compared with the packages zip-state (CC0) and zipcodes, which say the same.
 */
export const STATES_OF_ZIP_CODES = {
  AK: '995-999',
  AL: '350-352 354-369',
  AR: '716-729',
  AZ: '850-853 855-857 859-860 863-865',
  CA: '900-908 910-928 930-961',
  CO: '800-816',
  CT: '060-069',
  DC: '200 202-205 569',
  DE: '197-199',
  FL: '320-339 341-342 344 346-347 349',
  GA: '300-319 398-399',
  HI: '967-968',
  IA: '500-516 520-528',
  ID: '832-838',
  IL: '600-620 622-629',
  IN: '460-479',
  KS: '660-662 664-679',
  KY: '400-418 420-427',
  LA: '700-701 703-708 710-714',
  MA: '010-027 055',
  MD: '205-212 214-219',
  ME: '039-049',
  MI: '480-499',
  MN: '550-551 553-567',
  MO: '630-631 633-641 644-658 726',
  MS: '386-397',
  MT: '590-599',
  NC: '270-289',
  ND: '580-588',
  NE: '680-681 683-693',
  NH: '030-038',
  NJ: '070-089',
  NM: '870-871 873-884',
  NV: '889-891 893-895 897-898',
  NY: '005 063 100-149',
  OH: '430-459',
  OK: '730-731 734-741 743-749',
  OR: '970-979',
  PA: '150-196',
  RI: '028-029',
  SC: '290-299',
  SD: '570-577',
  TN: '370-385',
  TX: '733 739 750-770 772-799 885',
  UT: '840-847',
  VA: '201 205 220-246',
  VT: '050-054 056-059',
  WA: '980-986 988-994',
  WI: '530-532 534-535 537-549',
  WV: '247-268',
  WY: '820-831 834',
};

/**
 * Beginnings of postal codes of a country that lead to a country of its own (ISO 3166-1). Of the codes that begin with
 * 969 five digits tell Guam, the Marianas and the three states in free association apart.
 */
export const COUNTRIES_OF_POSTAL_CODES = {
  AU: { 2899: ['NF'], 6798: ['CX'], 6799: ['CC'] },
  DK: { 39: ['GL'] },
  FR: {
    ...{ 971: ['GP'], 97133: ['BL'], 97150: ['MF'], 972: ['MQ'], 973: ['GF'], 974: ['RE'], 975: ['PM'], 976: ['YT'] },
    ...{ 977: ['BL'], 978: ['MF'], 984: ['TF'], 986: ['WF'], 987: ['PF'], 988: ['NC'] },
  },
  // Overseas territories have codes of letters alone; the islands beside Britain areas of their own.
  GB: {
    ...{
      FIQQ: ['FK'],
      SIQQ: ['GS'],
      ASCN: ['SH'],
      STHL: ['SH'],
      TDCU: ['SH'],
      PCRN: ['PN'],
      BBND: ['IO'],
      BIQQ: ['AQ'],
    },
    ...{ TKCA: ['TC'], GX11: ['GI'], JE: ['JE'], GY: ['GG'], IM: ['IM'] },
  },
  NO: { 917: ['SJ'], 8099: ['SJ'] },
  US: {
    ...{ '006': ['PR'], '007': ['PR'], '008': ['VI'], '009': ['PR'], 96799: ['AS'], 96898: ['UM'] },
    ...{ 969: ['GU', 'MP', 'PW', 'FM', 'MH'], 9691: ['GU'], 9692: ['GU'], 9693: ['GU', 'PW'], 96939: ['PW'] },
    ...{ 9694: ['FM', 'PW'], 96940: ['PW'], 9695: ['MP'], 9696: ['MH'], 9697: ['MH'] },
  },
};

/**
 * Addresses of the armed forces and of embassies (APO, FPO, DPO) say a part of the world and no more: the clocks of
 * where most of those people are, from one end of that part to the other.
 */
export const MILITARY_POSTAL_CODES = {
  // AE: Europe, the Middle East, Africa, and Canada with Greenland (097).
  ...Object.fromEntries(
    ['090', '091', '092', '093', '094', '095', '096', '098'].map((code) => [
      code,
      ['Atlantic/Azores', 'Europe/London', 'Europe/Berlin', 'Europe/Athens', 'Asia/Riyadh', 'Asia/Dubai', 'Asia/Kabul'],
    ]),
  ),
  '097': ['America/Halifax', 'America/Nuuk', 'Atlantic/Azores', 'Europe/London', 'Europe/Berlin', 'Europe/Athens', 'Europe/Istanbul'], // prettier-ignore
  // AP: Asia and the Pacific.
  ...Object.fromEntries(
    ['962', '963', '964', '965', '966'].map((code) => [
      code,
      ['Asia/Bangkok', 'Asia/Singapore', 'Asia/Tokyo', 'Australia/Sydney', 'Pacific/Guam', 'Pacific/Auckland'],
    ]),
  ),
  // AA: Central and South America, and the Caribbean.
  340: ['America/Mexico_City', 'America/Guatemala', 'America/Panama', 'America/Puerto_Rico', 'America/Havana', 'America/Santiago', 'America/Sao_Paulo'], // prettier-ignore
};

/**
 * British forces (BFPO) have a number for each unit wherever it is, which says nothing of a part of the world: the clocks
 * from the Falkland Islands to Brunei, between which most of them are. Those in North America and at sea are not covered.
 */
export const BRITISH_FORCES = {
  BF: ['Atlantic/Stanley', 'Europe/London', 'Europe/Berlin', 'Asia/Nicosia', 'Africa/Nairobi', 'Asia/Kathmandu', 'Asia/Brunei'], // prettier-ignore
};

/** Regions in use that the list of ISO 3166-2 in use does not have: new counties of Norway, former and own codes of France. */
export const MORE_REGIONS = {
  FR: ['75', '69', '67', '68', 'GF', 'GP', 'MQ', 'RE', 'YT', '975', '977', '978', '984', '986', '987', '988'],
  NO: ['31', '32', '33', '39', '40', '55', '56', 'SJ'],
};

/** Country, calling code, beginnings of national numbers that are tied to a place, and exceptions within those. */
export const GEOGRAPHIC = [
  ['DE', '49', ['2', '3', '4', '5', '6', '7', '8', '9'], ['31', '32', '700', '800', '900']],
  ['FR', '33', ['1', '2', '3', '4', '5'], []],
  ['GB', '44', ['1', '2'], []],
  ['AT', '43', ['1', '2', '3', '4', '5', '61', '62', '63', '64', '654', '656', '658', '662', '7'], ['50', '517', '57', '59', '720', '73', '78']], // prettier-ignore
  ['CH', '41', ['2', '3', '4', '52', '55', '56', '61', '62', '71', '81', '91'], []],
];

/** Fixed lines of Australia, by area. */
export const AUSTRALIA = [
  ['612', ['AU-NSW', 'AU-ACT']],
  ['613', ['AU-VIC', 'AU-TAS', 'AU-NSW']],
  ['617', ['AU-QLD', 'AU-NSW']],
  ['618', ['AU-SA', 'AU-WA', 'AU-NT', 'AU-NSW']],
];

/** Area codes that serve the same places, of those that cross the border of a zone. */
export const OVERLAYS = [
  [208, 986],
  [236, 250, 257, 604, 672, 778],
  [270, 364],
  [367, 418, 581],
  [423, 729],
  [448, 850],
  [458, 541],
  [709, 879],
  [812, 930],
];

/** As the area codes' tables call them. */
export const NAMES = {
  Alabama: ['US-AL'], Alaska: ['US-AK'], Arizona: ['US-AZ'], Arkansas: ['US-AR'], California: ['US-CA'],
  Colorado: ['US-CO'], Connecticut: ['US-CT'], Delaware: ['US-DE'], Florida: ['US-FL'], Georgia: ['US-GA'],
  Hawaii: ['US-HI'], Idaho: ['US-ID'], Illinois: ['US-IL'], Indiana: ['US-IN'], Iowa: ['US-IA'], Kansas: ['US-KS'],
  Kentucky: ['US-KY'], Louisiana: ['US-LA'], Maine: ['US-ME'], Maryland: ['US-MD'], Massachusetts: ['US-MA'],
  Michigan: ['US-MI'], Minnesota: ['US-MN'], Mississippi: ['US-MS'], Missouri: ['US-MO'], Montana: ['US-MT'],
  Nebraska: ['US-NE'], Nevada: ['US-NV'], 'New Hampshire': ['US-NH'], 'New Jersey': ['US-NJ'],
  'New Mexico': ['US-NM'], 'New York': ['US-NY'], 'North Carolina': ['US-NC'], 'North Dakota': ['US-ND'],
  Ohio: ['US-OH'], Oklahoma: ['US-OK'], Oregon: ['US-OR'], Pennsylvania: ['US-PA'], 'Rhode Island': ['US-RI'],
  'South Carolina': ['US-SC'], 'South Dakota': ['US-SD'], Tennessee: ['US-TN'], Texas: ['US-TX'], Utah: ['US-UT'],
  Vermont: ['US-VT'], Virginia: ['US-VA'], 'Washington State': ['US-WA'], 'Washington D.C.': ['US-DC'],
  'West Virginia': ['US-WV'], Wisconsin: ['US-WI'], Wyoming: ['US-WY'],
  Alberta: ['CA-AB'], 'British Columbia': ['CA-BC'], 'British Colombia': ['CA-BC'], Manitoba: ['CA-MB'],
  'New Brunswick': ['CA-NB'], 'Newfoundland and Labrador': ['CA-NL'], 'Northwest Territories': ['CA-NT'],
  'Nova Scotia': ['CA-NS'], Nunavut: ['CA-NU'], Ontario: ['CA-ON'], 'Prince Edward Island': ['CA-PE'],
  Quebec: ['CA-QC'], Saskatchewan: ['CA-SK'], Yukon: ['CA-YT'],
}; // prettier-ignore
