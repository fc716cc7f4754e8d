/** In which words programs name who wrote the mail that they quote. */
const FROM =
  'From|Von|De|Da|Van|Od|Kimden|Gönderen|Från|Fra|Frá|Lähettäjä|Feladó|От|От кого|Expéditeur|Mittente|Afzender|من|מאת|发件人|寄件者|差出人|보낸 사람|Absender|Sender';
const FROM_LINE = new RegExp(`^\\**\\s*(${FROM})\\s*[:：]`, 'iu');
/** `Sent: ...`, `*Betreff:* ...`: any short name with a value. */
const FIELD = /^\**\s*[\p{L}][\p{L}\p{M} .-]{0,24}\s*[:：]\**\s*\S/u;
const WROTE =
  /(wrote|schrieb|a écrit|escribió|escreveu|ha scritto|scritto|schreef|napisał\(?a?\)?|yazdı|skrev|kirjoitti|написал\(?а?\)?|пишет|írta|napsal\(?a?\)?|a scris|كتب|כתב|כתבה|έγραψε|写道|wrote on).{0,160}[:：]$/iu;
/** `On Monday Ada wrote:`. */
const BEGINS = /^(on|am|le|el|op|il|em|w dniu|den|dne) .{5,}/i;
/** The line of Outlook. */
const UNDERSCORES = /^_{10,}$/;
const FORWARDED =
  /^(Begin forwarded message|Anfang der weitergeleiteten (Nachricht|E-Mail)|Début du message (transféré|réexpédié)|Inicio del mensaje reenviado|Início da mensagem reencaminhada|Inizio messaggio inoltrato|Begin doorgestuurd bericht|Początek przekazywanej wiadomości)\s*:/i;
/** A dated line with an address may be broken over so many. */
const WROTE_LINES = 4;
/** In so few characters programs introduce what they quote; a longer line is somebody's text. */
const LONGEST = 1_000;

/**
 * What a writer wrote themselves: without quoted lines, and without all that follows the lines by which programs introduce
 * what is answered or passed on, whatever language they speak.
 */
export function ownWords(text: string): string {
  const lines = text.slice(0, 40_000).split(/\r?\n/);
  const start = lines.findIndex((_, at) => introducesQuote(lines, at));
  return (start === -1 ? lines : lines.slice(0, start)).filter((line) => !/^\s*[>|]/.test(line)).join('\n');
}

/**
 * Also what introduces a signature (RFC 3676, 4.3). Anybody can write a mail of anything, so a pattern is asked of lines
 * without white space around them, and none begins with two parts that could take the same.
 */
function introducesQuote(lines: readonly string[], at: number): boolean {
  if (lines[at] === '-- ') return true;
  const line = (lines[at] ?? '').trim();
  if (isRuled(line)) return true;
  if (line.length > LONGEST) return false;
  if (FORWARDED.test(line)) return true;
  if (FROM_LINE.test(line)) {
    const following = lines.slice(at, at + 12).filter((one) => one.trim() !== '');
    return following.slice(0, 6).filter((one) => FIELD.test(one.trim())).length >= 3;
  }
  if (BEGINS.test(line) && WROTE.test(line)) return true;
  if (!/\d|@/.test(line)) return false;
  // Whoever quotes in their own text ("Ada wrote:") does not date it.
  for (let length = 1; length <= WROTE_LINES; length++) {
    const introduction = lines
      .slice(at, at + length)
      .join(' ')
      .trim();
    if (introduction.length <= 400 && /\d/.test(introduction) && WROTE.test(introduction)) return true;
    if ((lines[at + length] ?? '').trim() === '') return false;
  }
  return false;
}

/** `-----Original Message-----`, `---------- Forwarded message ---------`: words of one line between hyphens, or hyphens alone. */
function isRuled(line: string): boolean {
  if (UNDERSCORES.test(line)) return true;
  let [before, after] = [0, 0];
  while (line[before] === '-') before++;
  while (line[line.length - 1 - after] === '-') after++;
  const words = line.slice(before, line.length - after).trim();
  return before >= 3 && after >= 3 && line.length >= 9 && words.length <= 61;
}
