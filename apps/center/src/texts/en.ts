/** Everything that the contacts' pages alone say, as ICU messages. The other languages have the same keys, checked by the compiler. */
export const en = {
  'page.title': 'What you receive from {brand}',
  'page.skip': 'Skip to content',
  'page.language': 'Language',
  'page.for': 'Your settings for {addresses}',
  'page.entered': 'One of the entries could not be read. Nothing has been changed. Please look at it again.',
  'page.enteredPart': 'One of the entries could not be read. Please look at it again.',
  'wrong.day': 'Choose a day from {from} to {to}, or another break.',
  'wrong.quiet': 'Enter both times, and two different ones, or leave both empty.',
  'wrong.choice': 'Choose one of those that are offered.',

  'state.paused': 'You are taking a break until {date}. Messages start again by themselves after that.',
  'state.resume': 'End the break',
  'state.complaint':
    'You reported a message to {address} as unwanted. Nothing is sent there any more, whatever is ticked here. Nobody can lift that.',
  'state.bounce':
    'Messages to {address} came back. Nothing is sent there until that is cleared up. It ends by itself, or when you tell us that messages arrive there again.',
  'state.objection':
    'You objected to advertising at {address}. Only what is necessary is sent there. What you tick now you receive again.',
  'state.objected': 'You objected to advertising at {address}. Only what is necessary is sent there.',
  'state.blocked': 'Nothing is sent to {address}. It was blocked. It lasts until we lift it: please write to us.',
  'state.nothing': 'You receive nothing from us at the moment.',
  'state.left': 'You do not receive {thing}.',
  'state.stale':
    'Something has changed since you opened this page. Your entries are still here. Please look at them and save again.',
  'state.stalePart':
    'Something has changed since you opened this page. What you switched off is off. Your other entries are still here. Please look at them and save again.',

  'leave.heading': 'Stop messages',
  'leave.topic': 'Stop {thing}',
  'leave.all': 'Stop everything',
  'leave.hint': 'It takes effect at once. You need not give a reason.',

  'result.left': 'You no longer receive {thing}.',
  'result.stopped': 'You no longer receive anything from us, on any channel.',
  'result.saved': 'Your choice is saved.',
  'result.resumed': 'The break is over. Messages can come again.',
  'result.undone': 'Taken back. It is as it was before.',
  'result.undoneByNo': 'Taken back. What is switched off here stays off until you choose it again.',
  'result.undonePart': 'Taken back in part. What is not named here stays as you had changed it.',
  'result.notUndone': 'This can no longer be taken back here. You can change everything below.',
  'result.same': 'It was so already. Nothing had to be changed.',
  'result.on': 'Switched on: {things}',
  'result.off': 'Switched off: {things}',
  'result.held': 'Noted. None of it comes as long as what is said below stands: {things}',
  'result.effect': 'It takes effect from now on, {time}.',
  'result.inFlight':
    '{n, plural, one {One message was already on its way and may still arrive.} other {# messages were already on their way and may still arrive.}}',
  'result.undo': 'Undo',
  'result.undoUntil': 'Possible until {time}.',

  'topics.heading': 'What you want to receive',
  'topics.hint': 'A tick means yes. You can change it at any time.',
  'topics.general': 'Other messages: {purpose}',
  'topics.whole': 'Comes with {topics}. Without a tick here, none of these comes either.',
  'topics.needsLink': 'To switch something on again, ask for a fresh link further down.',
  'topics.off': 'Off: {channels}',
  'topics.offEverywhere': 'Off in every topic: {channels}',
  'topics.otherPoint': '{channels}: can only be switched on through a link sent there.',
  'topics.pending': 'Waits for your confirmation.',
  'topics.signed':
    'By ticking this box you sign electronically: {brand} may send advertising to {address}, also by automated means. You need not agree in order to buy anything.',
  'topics.asked': 'The law asks for a tick before advertising comes. Other messages can come without one.',
  'topics.none': 'There is nothing to choose here at the moment.',
  'list.more': '{n} more',
  'topics.span': 'Topics {from} to {to} of {n}. Save before you go on to others.',
  'topics.before': 'Earlier topics',
  'topics.after': 'More topics',

  'frequency.any': 'As it comes',
  'frequency.weekly': 'At most one message a week',
  'frequency.monthly': 'At most one message in 30 days',
  'frequency.other': 'As agreed with us elsewhere',

  'pause.heading': 'Take a break',
  'pause.hint': 'Messages start again by themselves. What you have stopped stays stopped.',
  'pause.none': 'No break',
  'pause.keep': 'Until {date}, as it is',
  'pause.days': '{n} days, until {date}',
  'pause.until': 'Until a day of my choice',
  'pause.day': 'Last day of the break',

  'quiet.hint': 'Between these times nothing arrives. Leave both empty for none of your own.',
  'quiet.from': 'From',
  'quiet.to': 'To',
  'quiet.zone': 'Time zone',
  'quiet.auto': 'As we know it: {zone}',

  'speech.heading': 'Language of the messages',
  'speech.hint': 'Where a message does not exist in it, it comes in another one.',

  'save.button': 'Save',
  'save.hint': 'Nothing is changed before you save.',

  'record.heading': 'What you agreed to, and when',
  'record.none': 'Nothing is on record.',
  'record.all': 'Show all {n} entries',
  'record.span': 'Entries {from} to {to} of {n}',
  'record.older': 'Older entries',
  'record.newer': 'Newer entries',
  'record.part': 'Part {n} of {of}',
  'record.on': 'Read on',
  'record.partBefore': 'The part before',

  'held.heading': 'Held back for you',
  'held.none': 'Nothing is being held back.',
  'held.until': '{thing} will leave {date} at the earliest: {reason}',
  'held.open': '{thing} waits: {reason}',
  'held.again': '{thing} is being checked again.',

  'why.heading': 'Why did I get this message?',
  'why.sent': 'The message about {thing} went to {address} on {date}.',
  'why.sentTo': 'The message about {thing} went to {address}.',
  'why.consent': 'It was sent because you agreed on {date}, {method}.',
  'why.registered': 'It was sent because this address is registered for it.',
  'why.other': 'It was sent because you had not objected to it.',
  'why.stopped': 'You have since stopped such messages.',

  'link.heading': 'See and change everything',
  'link.text':
    'This link lets you stop messages, for ever. To switch something on, or to see what is on record about you, ask for a fresh link. It goes to {address} and works for a day.',
  'link.button': 'Send me a fresh link',
  'link.sent': 'A fresh link is on its way to {address}. It works for a day.',
  'link.enough':
    'Several links were sent to {address} today. Please look for them in the mailbox, also among unwanted mail.',
  'link.failed': 'The link could not be sent just now. Please try again later.',
  'link.needed': 'That needs a fresh link, so that nobody else can ask for it in your name. Nothing has been changed.',

  'data.heading': 'Your data',
  'data.download': 'Download my data',
  'data.erase': 'Ask for erasure',
  'data.eraseHint': 'Somebody looks at it within a month, as the law says. Messages stop at once.',
  'data.erasureAsked': 'You have asked for erasure. Messages have stopped. We answer within a month.',
  'data.callBack': 'Take the request back',
  'data.calledBack':
    'Your request for erasure is taken back. Messages that have stopped stay stopped until you choose them again.',
  'data.erasureRefused': 'On {date} you asked for erasure. We have not carried it out, for this reason:',
  'data.erasureAppeal': 'You can complain to a data protection authority, or go to court.',

  'footer.untouched': 'Messages that you need for an order, a contract or your security are not affected.',

  'simple.leave.title': 'Unsubscribe',
  'simple.leave.question': 'Do you want to stop these messages?',
  'simple.leave.effect': 'The button ends the messages on this topic to this address. Everything else stays as it is.',
  'simple.leave.button': 'Unsubscribe',
  'simple.leave.untouched': 'Opening this page has not changed anything yet.',
  'simple.left.title': 'Unsubscribed',
  'simple.left.effect': 'You will get no more messages on this topic at this address, from now on.',
  'simple.left.already': 'You had already stopped these messages. It stays that way.',
  'simple.left.close': 'You can close this page.',
  'simple.kept.title': 'Your wish is kept',
  'simple.kept.effect':
    'We cannot reach our records just now, and the fault is ours. Your wish of {time} is written down and is carried out as soon as they are back. Until then a message may still arrive.',
  'simple.kept.part': 'Anything you switched on or changed otherwise is not taken. Please save that again later.',
  'simple.unknown.title': 'This link leads nowhere',
  'simple.unknown.advice':
    'It may be incomplete, or too old: a link to all settings works for a day. Please open it from the message again, or copy the whole of it. The link to unsubscribe at the end of every message works for ever.',
  'simple.nothing.title': 'There is nothing here',
  'simple.nothing.advice': 'Please open the link from your message.',
  'simple.erased.title': 'Nothing is kept about you any more',
  'simple.erased.advice':
    'Your data was erased, and you receive no messages from us. There is nothing left to set here.',
  'simple.sealed.title': 'Your data was erased, except for the proof of what you agreed to',
  'simple.sealed.advice':
    'The law has us keep that proof until {date}, sealed and for nothing else. You receive no messages from us, and there is nothing left to set here.',
  'simple.busy.title': 'One moment, please',
  'simple.busy.advice':
    'This page was opened very often in a short time. Please try again in {n, plural, one {one minute} other {# minutes}}. Stopping messages works at any time.',
  'simple.trouble.title': 'That did not work just now',
  'simple.trouble.again': 'Try again',
  'simple.trouble.advice': 'The fault is ours, and your wish is not recorded yet. Please try again in a few minutes.',
};

export type OwnTextKey = keyof typeof en;
/** Every text in one language; one that is missing does not compile. */
export type OwnTexts = Readonly<Record<OwnTextKey, string>>;
