/** What a bundle is of. */
export interface AskedFor {
  readonly brand: string;
  /** How many chains of one person; null: everybody. */
  readonly chains: number | null;
  readonly campaign: string | null;
  readonly from: string | null;
  readonly to: string | null;
}

/** What the report says, in the two languages of its readers. */
export interface ReportTexts {
  readonly title: string;
  readonly holds: string;
  readonly fails: string;
  readonly unchecked: string;
  readonly ownPolicy: string;
  readonly givenPolicy: string;
  readonly policy: string;
  readonly noPolicy: string;
  readonly bundle: string;
  readonly bundleChecked: (name: string) => string;
  readonly damaged: string;
  readonly about: string;
  readonly log: string;
  readonly entries: (size: string, records: string) => string;
  readonly witnessed: (time: string) => string;
  readonly checks: string;
  readonly records: string;
  readonly columns: readonly [
    position: string,
    recorded: string,
    what: string,
    channel: string,
    content: string,
    between: string,
    verdict: string,
  ];
  readonly recordHolds: string;
  readonly recordFails: string;
  readonly erased: string;
  readonly partly: (shown: number, digests: number) => string;
  readonly destroyed: (count: number) => string;
  /** What is gone with an erasure of the whole person. */
  readonly before: (count: string, at: string) => string;
  /** How many show type and time alone, because the time was over for which evidence is kept. */
  readonly bare: (count: string) => string;
  readonly over: string;
  readonly asked: (scope: AskedFor) => string;
  readonly stepHolds: string;
  readonly stepFails: string;
  readonly stepOpen: string;
  readonly steps: Readonly<Record<string, string>>;
  readonly kinds: Readonly<Record<string, string>>;
  readonly notice: string;
  readonly factsDigest: string;
}

export const EN: ReportTexts = {
  title: 'Audit report',
  holds: 'Everything in this report holds.',
  fails: 'This report does NOT hold. What is wrong stands below.',
  unchecked: 'Nothing is wrong, but not everything could be checked.',
  ownPolicy:
    'Checked against the keys that came with this report. Whoever made the report chose them: compare them with keys that you have from elsewhere, or choose your own policy file.',
  givenPolicy: 'Checked against the policy file that you chose.',
  policy: 'Whom do you trust? Policy file (tlog-policy)',
  noPolicy:
    'The file that you chose is no policy file (tlog-policy). What stands below was checked as before you chose it.',
  bundle: 'Check a whole bundle (.zip)',
  bundleChecked: (name) => `What is shown is ${name}.`,
  damaged: 'The file is damaged, or is no bundle.',
  about:
    'This page reads nothing from the network and sends nothing. It computes every line below again when it is opened.',
  log: 'Log',
  entries: (size, records) => `${records} of ${size} entries`,
  witnessed: (time) => `witnessed ${time} (UTC)`,
  checks: 'What was checked',
  records: 'Records',
  columns: ['Position', 'Recorded (UTC)', 'What', 'Channel', 'Content', 'Witnessed between (UTC)', 'Verdict'],
  recordHolds: 'holds',
  recordFails: 'does not hold',
  erased: 'erased',
  partly: (shown, digests) =>
    `${shown} of the ${digests} digests that the entry commits to are shown; the others are decoys, or kept back`,
  destroyed: (count) =>
    `What ${count === 1 ? 'one entry' : `${count} entries`} of this person before it said is destroyed: the time was over for which evidence is kept`,
  before: (count, at) =>
    `Not here, because the person was erased, as the log says: ${count} of this person’s entries, recorded before ${at} (UTC).`,
  bare: (count) =>
    `Of ${count} entries only type and time are left, because the time was over for which evidence is kept, as the log says.`,
  over: 'destroyed: the time was over for which evidence is kept',
  asked: ({ brand, chains, campaign, from, to }) =>
    `Asked for: ${chains === null ? 'everybody' : chains === 1 ? 'one person' : `one person (${chains} chains)`}${campaign === null ? '' : `, campaign ${campaign}`}, ${from === null && to === null ? 'all of the time' : `from ${from ?? 'the beginning'} to before ${to ?? 'the end'}`} (brand ${brand}). Nothing else is in it.`,
  stepHolds: 'holds',
  stepFails: 'does not hold',
  stepOpen: 'not checked',
  notice: 'Notice shown',
  factsDigest: 'Digest of these facts and this verdict, one of those that the entry commits to',
  steps: {
    files: 'Every file is the one in the table of contents',
    policy: 'The policy can be read',
    checkpoint: 'The checkpoint can be read and is of this bundle',
    log: 'The log has signed the checkpoint',
    witnesses: 'Enough witnesses have cosigned it',
    records: 'Every record is in the log, unchanged, with all that it shows',
    scope: 'Every record is of what was asked for',
    chain: 'No entry of a person is missing between those shown, and nothing was destroyed before its time',
    heads: 'The log itself says how many entries the person has',
    times: 'No record is back-dated: its time fits when witnesses saw the log',
    documents: 'The notices are those that were shown, word by word',
    decisions: 'Every decision that is shown says what its entry says, and shows the facts it rests on',
    csv: 'The table for spreadsheets says what the records say',
    report: 'The report carries the same files as the bundle',
    consistency: 'The log has only grown since the earlier checkpoint',
    volumes: 'The other files of this bundle are there, and nothing is missing between them',
    complete: 'Nothing of what was asked for is left out',
  },
  kinds: {
    'consent.requested': 'Consent asked for',
    'consent.granted': 'Consent given',
    'consent.confirmed': 'Consent confirmed',
    'consent.refused': 'Consent refused',
    'consent.withdrawn': 'Consent withdrawn',
    'consent.revoked': 'Consent revoked',
    'consent.expired': 'Consent expired',
    'consent.invalidated': 'Consent declared invalid',
    'consent.imported': 'Consent brought in from elsewhere',
    'consent.objected': 'Objection',
    'contact.changed': 'Contact changed',
    'contact_point.changed': 'Address changed',
    'suppression.added': 'Address suppressed',
    'suppression.removed': 'Address no longer suppressed',
    'addresses.kept': 'Addresses of the erased stay known by keyed hash',
    'addresses.adopted': 'Addresses kept before were told to the log',
    'link.issued': 'Link issued',
    'notice.published': 'Notice published',
    'notice.served': 'Notice shown',
    'policy.published': 'Policy published',
    'block.published': 'Shared block published',
    'template.published': 'Template published',
    'send.accepted': 'Message accepted',
    'send.decided': 'Message decided about',
    'send.handover_started': 'Message handed over',
    'send.ended': 'Message ended',
    'send.recalled': 'Task taken back',
    'send.cancelled': 'Message cancelled',
    'touch.delivered': 'Delivered',
    'touch.bounced': 'Bounced',
    'touch.complained': 'Complaint',
    'touch.opened': 'Opened',
    'touch.clicked': 'Clicked',
    'touch.replied': 'Replied',
    'erasure.requested': 'Erasure asked for',
    'erasure.restricted': 'Erased but for evidence',
    'erasure.executed': 'Erased',
    'export.created': 'Data exported',
    'facts.reported': 'Facts from another system',
    'reports.closed': 'Reports of a month that is over',
    'subject.heads': 'How many entries each person has',
  },
};

export const DE: ReportTexts = {
  title: 'Prüfbericht',
  holds: 'Alles in diesem Bericht stimmt.',
  fails: 'Dieser Bericht stimmt NICHT. Was falsch ist, steht unten.',
  unchecked: 'Nichts ist falsch, aber nicht alles konnte geprüft werden.',
  ownPolicy:
    'Geprüft mit den Schlüsseln, die diesem Bericht beilagen. Wer den Bericht erstellt hat, hat sie gewählt: Vergleichen Sie sie mit Schlüsseln aus anderer Quelle, oder wählen Sie Ihre eigene Vertrauensdatei.',
  givenPolicy: 'Geprüft mit der Vertrauensdatei, die Sie gewählt haben.',
  policy: 'Wem vertrauen Sie? Vertrauensdatei (tlog-policy)',
  noPolicy:
    'Die gewählte Datei ist keine Vertrauensdatei (tlog-policy). Was unten steht, ist geprüft wie vor dieser Wahl.',
  bundle: 'Ein ganzes Paket prüfen (.zip)',
  bundleChecked: (name) => `Gezeigt wird ${name}.`,
  damaged: 'Die Datei ist beschädigt oder kein Paket.',
  about:
    'Diese Seite liest nichts aus dem Netz und sendet nichts. Sie rechnet jede Zeile neu nach, wenn sie geöffnet wird.',
  log: 'Protokoll',
  entries: (size, records) => `${records} von ${size} Einträgen`,
  witnessed: (time) => `bezeugt ${time} (UTC)`,
  checks: 'Was geprüft wurde',
  records: 'Einträge',
  columns: ['Position', 'Aufgezeichnet (UTC)', 'Was', 'Kanal', 'Inhalt', 'Bezeugt zwischen (UTC)', 'Ergebnis'],
  recordHolds: 'stimmt',
  recordFails: 'stimmt nicht',
  erased: 'gelöscht',
  partly: (shown, digests) =>
    `Von den ${digests} Prüfsummen, auf die der Eintrag festgelegt ist, sind ${shown} belegt; die anderen sind Füllwerte oder zurückgehalten`,
  destroyed: (count) =>
    `Was ${count === 1 ? 'ein früherer Eintrag' : `${count} frühere Einträge`} dieser Person sagte${count === 1 ? '' : 'n'}, ist vernichtet: die Zeit, für die Nachweise aufbewahrt werden, war um`,
  before: (count, at) =>
    `Nicht dabei, weil die Person gelöscht wurde, wie das Protokoll sagt: ${count} Einträge dieser Person, aufgezeichnet vor ${at} (UTC).`,
  bare: (count) =>
    `Von ${count} Einträgen sind nur Art und Zeit übrig, weil die Zeit um war, für die Nachweise aufbewahrt werden, wie das Protokoll sagt.`,
  over: 'vernichtet: die Zeit, für die Nachweise aufbewahrt werden, war um',
  asked: ({ brand, chains, campaign, from, to }) =>
    `Verlangt: ${chains === null ? 'alle' : chains === 1 ? 'eine Person' : `eine Person (${chains} Ketten)`}${campaign === null ? '' : `, Kampagne ${campaign}`}, ${from === null && to === null ? 'die ganze Zeit' : `von ${from ?? 'Anfang an'} bis vor ${to ?? 'dem Ende'}`} (Marke ${brand}). Anderes ist nicht dabei.`,
  stepHolds: 'stimmt',
  stepFails: 'stimmt nicht',
  stepOpen: 'nicht geprüft',
  notice: 'Gezeigter Hinweis',
  factsDigest: 'Prüfsumme dieser Fakten und dieses Urteils, eine von denen, auf die sich der Eintrag festlegt',
  steps: {
    files: 'Jede Datei ist die im Inhaltsverzeichnis genannte',
    policy: 'Die Vertrauensdatei ist lesbar',
    checkpoint: 'Der Kontrollpunkt ist lesbar und gehört zu diesem Paket',
    log: 'Das Protokoll hat den Kontrollpunkt unterschrieben',
    witnesses: 'Genügend Zeugen haben ihn gegengezeichnet',
    records: 'Jeder Eintrag steht unverändert im Protokoll, mit allem, was er zeigt',
    scope: 'Jeder Eintrag gehört zu dem, wonach gefragt wurde',
    chain:
      'Zwischen den gezeigten Einträgen einer Person fehlt keiner, außer was laut Protokoll zu seiner Zeit vernichtet wurde',
    heads: 'Das Protokoll selbst sagt, wie viele Einträge die Person hat',
    times: 'Kein Eintrag ist rückdatiert: Seine Zeit passt zu dem, was Zeugen sahen',
    documents: 'Die Hinweise sind die gezeigten, Wort für Wort',
    decisions: 'Jede gezeigte Entscheidung sagt, was ihr Eintrag sagt, und zeigt die Fakten, auf denen sie beruht',
    csv: 'Die Tabelle sagt dasselbe wie die Einträge',
    report: 'Der Bericht enthält dieselben Dateien wie das Paket',
    consistency: 'Das Protokoll ist seit dem früheren Kontrollpunkt nur gewachsen',
    volumes: 'Die anderen Dateien dieses Pakets sind da, und zwischen ihnen fehlt nichts',
    complete: 'Nichts von dem, was verlangt war, fehlt',
  },
  kinds: {
    'consent.requested': 'Um Einwilligung gebeten',
    'consent.granted': 'Einwilligung erteilt',
    'consent.confirmed': 'Einwilligung bestätigt',
    'consent.refused': 'Einwilligung verweigert',
    'consent.withdrawn': 'Einwilligung widerrufen',
    'consent.revoked': 'Einwilligung zurückgenommen',
    'consent.expired': 'Einwilligung abgelaufen',
    'consent.invalidated': 'Einwilligung für ungültig erklärt',
    'consent.imported': 'Einwilligung von anderswo übernommen',
    'consent.objected': 'Widerspruch',
    'contact.changed': 'Kontakt geändert',
    'contact_point.changed': 'Adresse geändert',
    'suppression.added': 'Adresse gesperrt',
    'suppression.removed': 'Adresse nicht mehr gesperrt',
    'addresses.kept': 'Adressen Gelöschter bleiben als Schlüssel-Hash bekannt',
    'addresses.adopted': 'Zuvor behaltene Adressen dem Protokoll mitgeteilt',
    'link.issued': 'Link ausgestellt',
    'notice.published': 'Hinweis veröffentlicht',
    'notice.served': 'Hinweis gezeigt',
    'policy.published': 'Regelwerk veröffentlicht',
    'block.published': 'Gemeinsamer Baustein veröffentlicht',
    'template.published': 'Vorlage veröffentlicht',
    'send.accepted': 'Nachricht angenommen',
    'send.decided': 'Über Nachricht entschieden',
    'send.handover_started': 'Nachricht übergeben',
    'send.ended': 'Nachricht beendet',
    'send.recalled': 'Aufgabe zurückgerufen',
    'send.cancelled': 'Nachricht zurückgezogen',
    'touch.delivered': 'Zugestellt',
    'touch.bounced': 'Unzustellbar',
    'touch.complained': 'Beschwerde',
    'touch.opened': 'Geöffnet',
    'touch.clicked': 'Geklickt',
    'touch.replied': 'Beantwortet',
    'erasure.requested': 'Löschung verlangt',
    'erasure.restricted': 'Gelöscht bis auf Nachweise',
    'erasure.executed': 'Gelöscht',
    'export.created': 'Daten exportiert',
    'facts.reported': 'Fakten aus einem anderen System',
    'reports.closed': 'Berichte eines abgeschlossenen Monats',
    'subject.heads': 'Wie viele Einträge jede Person hat',
  },
};
