/**
 * What an enhanced status (RFC 3463) says of a mailbox: `gone` for good, `here` or about something else; or `unsaid`, where
 * it knows no more than that an address is at fault (5.1.0) or ambiguous (5.1.4): both are said of that of the sender as
 * well. 5.1.7 to 5.1.9 are about that alone.
 */
export function mailboxBy(status: string): 'gone' | 'here' | 'unsaid' {
  if (/^(?:[245]\.0\.0|5\.1\.[04])$/.test(status)) return 'unsaid';
  return /^5\.(?:1\.(?![789]$)\d+|2\.1)$/.test(status) ? 'gone' : 'here';
}

/** Whether the words of a refusal say that nobody has the address, and nothing of whoever sends. */
export function saysNoSuchUser(reply: string): boolean {
  return NO_SUCH_USER.test(reply) && !saysOfSender(reply);
}

/** Whether they are about whoever sends or what is sent, or a mailbox that is full or away, and not the recipient. */
export function saysOfSender(reply: string): boolean {
  return ABOUT_SENDER.test(reply);
}

/** A reply for good (550, 551, 553, or Yahoo's 554) whose words say that nobody has the address. */
const NO_SUCH_USER =
  /\b55[0134]\b(?![.\d]).*\b(user unknown|unknown (user|recipient|mailbox|address)|no such (user|recipient|mailbox|address|person)|(user|recipient|mailbox|address|account)( name)? (does not|doesn't) exist|doesn't have an? \S+ account|no mailbox (here )?by that name|invalid (recipient|mailbox)|recipient (not found|unknown)|mailbox not found|account (has been )?(disabled|deactivated))/i;

const ABOUT_SENDER =
  /\b(?:sender|verif(?:y|ied|ication)|helo|ehlo|impersonat\w+|client host|content|filter(?:ed|s)?|message (?:was )?(?:not accepted|rejected|refused|denied)|this message|full|temporar(?:y|ily)|service (?:currently )?unavailable|rcpthosts|block(?:ed|ing|list(?:ed)?)|black ?list(?:ed)?|ban(?:ned)?|spam(?:haus|cop)?|rbl|dnsbl|reputation|polic(?:y|ies)|spf|dkim|dmarc|ptr|r?dns|relay(?:ing)?|access denied|not (?:authori[sz]ed|allowed|permitted)|authenticat\w+|too many|rate|quota|try again|your (?:ip|server|host|domain|message))\b/i;
