import type { OwnTexts } from './en.js';

export const de: OwnTexts = {
  'page.title': 'Was Sie von {brand} erhalten',
  'page.skip': 'Zum Inhalt springen',
  'page.language': 'Sprache',
  'page.for': 'Ihre Einstellungen für {addresses}',
  'page.entered': 'Eine der Angaben war nicht lesbar. Es wurde nichts geändert. Bitte sehen Sie noch einmal nach.',
  'page.enteredPart': 'Eine der Angaben war nicht lesbar. Bitte sehen Sie noch einmal nach.',
  'wrong.day': 'Wählen Sie einen Tag vom {from} bis zum {to} oder eine andere Pause.',
  'wrong.quiet': 'Geben Sie beide Uhrzeiten an, und zwei verschiedene, oder lassen Sie beide leer.',
  'wrong.choice': 'Wählen Sie eine der angebotenen Möglichkeiten.',

  'state.paused': 'Sie machen Pause bis {date}. Danach geht es von selbst weiter.',
  'state.resume': 'Pause beenden',
  'state.complaint':
    'Sie haben eine Nachricht an {address} als unerwünscht gemeldet. Dorthin wird nichts mehr gesendet, was auch immer hier angekreuzt ist. Das kann niemand aufheben.',
  'state.bounce':
    'Nachrichten an {address} kamen zurück. Dorthin wird nichts gesendet, bis das geklärt ist. Das endet von selbst, oder wenn Sie uns sagen, dass dort wieder Nachrichten ankommen.',
  'state.objection':
    'Sie haben der Werbung an {address} widersprochen. Nur Notwendiges wird dorthin gesendet. Was Sie jetzt ankreuzen, erhalten Sie wieder.',
  'state.objected': 'Sie haben der Werbung an {address} widersprochen. Nur Notwendiges wird dorthin gesendet.',
  'state.blocked':
    'An {address} wird nichts gesendet. Die Adresse wurde gesperrt. Das gilt, bis wir es aufheben: Bitte schreiben Sie uns.',
  'state.nothing': 'Sie erhalten derzeit nichts von uns.',
  'state.left': 'Sie erhalten {thing} nicht.',
  'state.stale':
    'Seit Sie diese Seite geöffnet haben, hat sich etwas geändert. Ihre Angaben sind noch da. Bitte sehen Sie sie durch und speichern Sie noch einmal.',
  'state.stalePart':
    'Seit Sie diese Seite geöffnet haben, hat sich etwas geändert. Was Sie ausgeschaltet haben, ist aus. Ihre übrigen Angaben sind noch da. Bitte sehen Sie sie durch und speichern Sie noch einmal.',

  'leave.heading': 'Nachrichten abbestellen',
  'leave.topic': '{thing} abbestellen',
  'leave.all': 'Alles abbestellen',
  'leave.hint': 'Das gilt sofort. Sie müssen keinen Grund nennen.',

  'result.left': 'Sie erhalten {thing} nicht mehr.',
  'result.stopped': 'Sie erhalten nichts mehr von uns, auf keinem Weg.',
  'result.saved': 'Ihre Auswahl ist gespeichert.',
  'result.resumed': 'Die Pause ist beendet. Es können wieder Nachrichten kommen.',
  'result.undone': 'Zurückgenommen. Es ist wieder wie vorher.',
  'result.undoneByNo': 'Zurückgenommen. Was hier ausgeschaltet ist, bleibt aus, bis Sie es wieder auswählen.',
  'result.undonePart': 'Zum Teil zurückgenommen. Was hier nicht genannt ist, bleibt, wie Sie es geändert hatten.',
  'result.notUndone': 'Das lässt sich hier nicht mehr zurücknehmen. Sie können unten alles ändern.',
  'result.same': 'Das war schon so. Es musste nichts geändert werden.',
  'result.on': 'Eingeschaltet: {things}',
  'result.off': 'Ausgeschaltet: {things}',
  'result.held': 'Vermerkt. Davon kommt nichts, solange gilt, was unten steht: {things}',
  'result.effect': 'Das gilt ab sofort, {time}.',
  'result.inFlight':
    '{n, plural, one {Eine Nachricht war bereits unterwegs und kann noch ankommen.} other {# Nachrichten waren bereits unterwegs und können noch ankommen.}}',
  'result.undo': 'Rückgängig machen',
  'result.undoUntil': 'Möglich bis {time}.',

  'topics.heading': 'Was Sie erhalten möchten',
  'topics.hint': 'Ein Häkchen heißt ja. Sie können es jederzeit ändern.',
  'topics.general': 'Andere Nachrichten: {purpose}',
  'topics.whole': 'Kommt zusammen mit {topics}. Ohne Häkchen hier kommt auch davon nichts.',
  'topics.needsLink': 'Um etwas wieder einzuschalten, fordern Sie weiter unten einen neuen Link an.',
  'topics.off': 'Aus: {channels}',
  'topics.offEverywhere': 'Bei allen Themen aus: {channels}',
  'topics.otherPoint': '{channels}: lässt sich nur über einen dorthin gesendeten Link einschalten.',
  'topics.pending': 'Wartet auf Ihre Bestätigung.',
  'topics.signed':
    'Mit diesem Häkchen unterschreiben Sie elektronisch: {brand} darf Werbung an {address} senden, auch mit automatischen Verfahren. Um etwas zu kaufen, müssen Sie nicht zustimmen.',
  'topics.asked': 'Werbung kommt nach dem Gesetz erst mit einem Häkchen. Andere Nachrichten können auch ohne kommen.',
  'topics.none': 'Hier gibt es derzeit nichts zu wählen.',
  'list.more': '{n} weitere',
  'topics.span': 'Themen {from} bis {to} von {n}. Speichern Sie, bevor Sie zu anderen gehen.',
  'topics.before': 'Vorige Themen',
  'topics.after': 'Weitere Themen',

  'frequency.any': 'Wie es kommt',
  'frequency.weekly': 'Höchstens eine Nachricht pro Woche',
  'frequency.monthly': 'Höchstens eine Nachricht in 30 Tagen',
  'frequency.other': 'Wie anderswo mit uns vereinbart',

  'pause.heading': 'Pause machen',
  'pause.hint': 'Danach geht es von selbst weiter. Was Sie abbestellt haben, bleibt abbestellt.',
  'pause.none': 'Keine Pause',
  'pause.keep': 'Bis {date}, wie bisher',
  'pause.days': '{n} Tage, bis {date}',
  'pause.until': 'Bis zu einem Tag meiner Wahl',
  'pause.day': 'Letzter Tag der Pause',

  'quiet.hint': 'In dieser Zeit kommt nichts an. Lassen Sie beides leer, wenn Sie keine eigenen wünschen.',
  'quiet.from': 'Von',
  'quiet.to': 'Bis',
  'quiet.zone': 'Zeitzone',
  'quiet.auto': 'Wie uns bekannt: {zone}',

  'speech.heading': 'Sprache der Nachrichten',
  'speech.hint': 'Gibt es eine Nachricht darin nicht, kommt sie in einer anderen.',

  'save.button': 'Speichern',
  'save.hint': 'Bevor Sie speichern, ändert sich nichts.',

  'record.heading': 'Wozu Sie wann ja gesagt haben',
  'record.none': 'Es ist nichts verzeichnet.',
  'record.all': 'Alle {n} Einträge zeigen',
  'record.span': 'Einträge {from} bis {to} von {n}',
  'record.older': 'Ältere Einträge',
  'record.newer': 'Neuere Einträge',
  'record.part': 'Teil {n} von {of}',
  'record.on': 'Weiterlesen',
  'record.partBefore': 'Der Teil davor',

  'held.heading': 'Für Sie zurückgehalten',
  'held.none': 'Es wird nichts zurückgehalten.',
  'held.until': '{thing} geht frühestens {date} hinaus: {reason}',
  'held.open': '{thing} wartet: {reason}',
  'held.again': '{thing} wird gerade neu geprüft.',

  'why.heading': 'Warum habe ich diese Nachricht bekommen?',
  'why.sent': 'Die Nachricht zu {thing} ging am {date} an {address}.',
  'why.sentTo': 'Die Nachricht zu {thing} ging an {address}.',
  'why.consent': 'Sie wurde gesendet, weil Sie am {date} zugestimmt haben, {method}.',
  'why.registered': 'Sie wurde gesendet, weil diese Adresse dafür angemeldet ist.',
  'why.other': 'Sie wurde gesendet, weil Sie nicht widersprochen hatten.',
  'why.stopped': 'Inzwischen haben Sie solche Nachrichten abbestellt.',

  'link.heading': 'Alles sehen und ändern',
  'link.text':
    'Mit diesem Link können Sie Nachrichten abbestellen, ohne zeitliche Grenze. Um etwas einzuschalten oder zu sehen, was über Sie verzeichnet ist, fordern Sie einen neuen Link an. Er geht an {address} und gilt einen Tag.',
  'link.button': 'Neuen Link senden',
  'link.sent': 'Ein neuer Link ist unterwegs an {address}. Er gilt einen Tag.',
  'link.enough':
    'Heute wurden schon mehrere Links an {address} gesendet. Bitte suchen Sie sie im Postfach, auch unter den unerwünschten Nachrichten.',
  'link.failed': 'Der Link konnte gerade nicht gesendet werden. Bitte versuchen Sie es später noch einmal.',
  'link.needed':
    'Dafür ist ein neuer Link nötig, damit niemand anderes es in Ihrem Namen verlangen kann. Es wurde nichts geändert.',

  'data.heading': 'Ihre Daten',
  'data.download': 'Meine Daten herunterladen',
  'data.erase': 'Löschung verlangen',
  'data.eraseHint': 'Wir sehen es innerhalb eines Monats an, wie das Gesetz es vorsieht. Nachrichten enden sofort.',
  'data.erasureAsked':
    'Sie haben die Löschung verlangt. Nachrichten sind beendet. Wir antworten innerhalb eines Monats.',
  'data.callBack': 'Löschung doch nicht verlangen',
  'data.calledBack':
    'Sie verlangen die Löschung nicht mehr. Was beendet wurde, bleibt beendet, bis Sie es wieder auswählen.',
  'data.erasureRefused':
    'Am {date} haben Sie die Löschung verlangt. Wir haben sie nicht vorgenommen, aus diesem Grund:',
  'data.erasureAppeal': 'Sie können sich bei einer Datenschutzbehörde beschweren oder vor Gericht gehen.',

  'footer.untouched':
    'Nachrichten, die Sie für eine Bestellung, einen Vertrag oder Ihre Sicherheit brauchen, sind nicht betroffen.',

  'simple.leave.title': 'Abbestellen',
  'simple.leave.question': 'Möchten Sie diese Nachrichten abbestellen?',
  'simple.leave.effect':
    'Mit dem Knopf beenden Sie die Nachrichten zu diesem Thema an diese Adresse. Anderes bleibt, wie es ist.',
  'simple.leave.button': 'Abbestellen',
  'simple.leave.untouched': 'Dass Sie diese Seite geöffnet haben, hat noch nichts geändert.',
  'simple.left.title': 'Abbestellt',
  'simple.left.effect': 'Sie erhalten zu diesem Thema keine Nachrichten mehr an diese Adresse. Das gilt ab sofort.',
  'simple.left.already': 'Sie hatten diese Nachrichten schon abbestellt. Es bleibt dabei.',
  'simple.left.close': 'Sie können diese Seite schließen.',
  'simple.kept.title': 'Ihr Wunsch ist vermerkt',
  'simple.kept.effect':
    'Wir erreichen unsere Aufzeichnungen gerade nicht, und der Fehler liegt bei uns. Ihr Wunsch von {time} ist aufgeschrieben und wird ausgeführt, sobald sie wieder da sind. Bis dahin kann noch eine Nachricht ankommen.',
  'simple.kept.part':
    'Was Sie eingeschaltet oder sonst geändert haben, ist nicht übernommen. Bitte speichern Sie das später noch einmal.',
  'simple.unknown.title': 'Dieser Link führt nirgendwohin',
  'simple.unknown.advice':
    'Vielleicht ist er unvollständig oder zu alt: Ein Link zu allen Einstellungen gilt einen Tag. Öffnen Sie ihn bitte noch einmal aus der Nachricht, oder kopieren Sie ihn ganz. Der Link zum Abbestellen am Ende jeder Nachricht gilt ohne Grenze.',
  'simple.nothing.title': 'Hier ist nichts',
  'simple.nothing.advice': 'Bitte öffnen Sie den Link aus Ihrer Nachricht.',
  'simple.erased.title': 'Über Sie ist nichts mehr gespeichert',
  'simple.erased.advice':
    'Ihre Daten wurden gelöscht, und Sie erhalten keine Nachrichten von uns. Hier gibt es nichts mehr einzustellen.',
  'simple.sealed.title': 'Ihre Daten wurden gelöscht, bis auf den Nachweis Ihrer Einwilligung',
  'simple.sealed.advice':
    'Das Gesetz verlangt, dass wir diesen Nachweis bis zum {date} aufbewahren, versiegelt und zu nichts anderem. Sie erhalten keine Nachrichten von uns, und hier gibt es nichts mehr einzustellen.',
  'simple.busy.title': 'Einen Moment bitte',
  'simple.busy.advice':
    'Diese Seite wurde in kurzer Zeit sehr oft geöffnet. Bitte versuchen Sie es in {n, plural, one {einer Minute} other {# Minuten}} noch einmal. Abbestellen geht jederzeit.',
  'simple.trouble.title': 'Das hat gerade nicht geklappt',
  'simple.trouble.again': 'Noch einmal versuchen',
  'simple.trouble.advice':
    'Der Fehler liegt bei uns, und Ihr Wunsch ist noch nicht gespeichert. Bitte versuchen Sie es in ein paar Minuten noch einmal.',
};
