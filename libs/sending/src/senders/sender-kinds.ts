import type { z } from 'zod';
import type { Channel, Clock } from '#lib/kernel';
import type { ChannelSender } from './channel-sender.js';
import { PhoneTaskSecret, phoneTaskSender, PhoneTaskSettings } from './http/phone-task.js';
import { teamsSender, TeamsSettings } from './http/teams.js';
import { TwilioSecret, twilioSender, TwilioSettings } from './http/twilio.js';
import { WebPushSecret, webPushSender, WebPushSettings } from './http/web-push.js';
import { WebhookSecret, webhookSender, WebhookSettings } from './http/webhook.js';
import { WhatsAppSecret, whatsAppSender, WhatsAppSettings } from './http/whatsapp.js';
import { SmppSender } from './smpp/smpp.sender.js';
import { SmppSecret, SmppSettings } from './smpp/smpp-settings.js';
import { SmtpSecret, SmtpSettings } from './smtp-settings.js';
import { SmtpSender } from './smtp.sender.js';

/** A protocol by which messages of one channel leave, with what an account of it needs. */
export interface SenderKind {
  readonly channel: Channel;
  readonly settings: z.ZodType<Readonly<Record<string, unknown>>>;
  /** Null where there is nothing to keep secret. */
  readonly secret: z.ZodType<Readonly<Record<string, unknown>>> | null;
  /**
   * @param vouched hosts inside that the operator answers for (PROVIDER_HOSTS); it connects to no others
   * @throws Error saying what is wrong with settings or secret
   */
  make(settings: unknown, secret: unknown, clock: Clock, vouched: readonly string[]): ChannelSender;
}

function kind<Settings extends Readonly<Record<string, unknown>>, Secret extends Readonly<Record<string, unknown>>>(
  channel: Channel,
  settings: z.ZodType<Settings>,
  secret: z.ZodType<Secret>,
  make: (settings: Settings, secret: Secret, clock: Clock, vouched: readonly string[]) => ChannelSender,
): SenderKind {
  return {
    channel,
    settings,
    secret,
    make: (given, kept, clock, vouched) => make(settings.parse(given), secret.parse(kept ?? {}), clock, vouched),
  };
}

/** Every protocol, by the name under which accounts are stored: add, never rename. */
export const SENDER_KINDS = {
  smtp: kind('email', SmtpSettings, SmtpSecret, (...given) => new SmtpSender(...given)),
  smpp: kind('sms', SmppSettings, SmppSecret, (...given) => new SmppSender(...given)),
  twilio: kind('sms', TwilioSettings, TwilioSecret, twilioSender),
  web_push: kind('push', WebPushSettings, WebPushSecret, webPushSender),
  whatsapp_cloud: kind('whatsapp', WhatsAppSettings, WhatsAppSecret, whatsAppSender),
  teams_workflow: {
    channel: 'teams',
    settings: TeamsSettings,
    secret: null,
    make: (settings, _, clock, vouched) => teamsSender(TeamsSettings.parse(settings), clock, vouched),
  },
  dataverse_call: kind('phone', PhoneTaskSettings, PhoneTaskSecret, phoneTaskSender),
  standard_webhook: kind('webhook', WebhookSettings, WebhookSecret, webhookSender),
} as const satisfies Record<string, SenderKind>;
