import { z } from 'zod';
import { isNumberedCountry } from '#lib/consent';
import { isLoopback } from '../loopback.js';

/** SMPP 3.4, 5.3.2.12. */
export const RECEIPTED_MESSAGE_ID = 0x1e;

/** A short message service center (SMPP 3.4) and how it knows us. */
export const SmppSettings = z
  .strictObject({
    host: z
      .string()
      .regex(/^[A-Za-z0-9](?:[A-Za-z0-9.:-]{0,251}[A-Za-z0-9])?$|^::1$/, 'must be a host name or an IP address'),
    port: z.int().min(1).max(65_535),
    /** `none` to this machine only: the password and every text would be read on the way. */
    secure: z.enum(['tls', 'none']),
    ca: z.string().max(100_000).optional(),
    systemId: z
      .string()
      .min(1)
      .max(15)
      .regex(/^[\x21-\x7e]+$/),
    systemType: z
      .string()
      .max(12)
      .regex(/^[\x21-\x7e]*$/)
      .default(''),
    /** Number in E.164, short code, or a name of letters and digits. */
    from: z.string().regex(/^(\+[1-9]\d{6,14}|\d{3,8}|(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11})$/),
    /** Submissions that may be unanswered at a time. */
    window: z.int().min(1).max(100).default(10),
    timeoutSeconds: z.int().min(1).max(120).default(30),
    /** Which keywords are answered from here: not `opt_out` where the center confirms STOP itself. */
    answers: z
      .array(z.enum(['help', 'opt_out']))
      .max(2)
      .default(['help']),
    /** How receipts write the ids of messages; left out: as they were answered, or else in the other notation. */
    receiptIds: z.enum(['as_answered', 'decimal', 'hexadecimal']).optional(),
    /**
     * The optional parameter in which the center names each text that people write, by which one is known that it brings
     * again: receipted_message_id, or one of the center's own (SMPP 3.4, 5.3.2). The specification has none for that.
     */
    textIdTag: z
      .int()
      .refine(
        (tag) => tag === RECEIPTED_MESSAGE_ID || (tag >= 0x1400 && tag <= 0x3fff),
        'must be 30 (0x001E, receipted_message_id) or a parameter of the center, 5120 to 16383 (0x1400 to 0x3FFF)',
      )
      .optional()
      .meta({
        description:
          'Tag of the optional parameter in which the center names each text that people write, as a number: 30 (0x001E), or one of its own. Only where it names no two texts alike: a wish to leave that comes again under its name is taken for the same one. Left out: every text is a new one.',
      }),
    /** The country (ISO 3166-1 alpha-2) by whose plan the center writes numbers without their country. */
    numbersOf: z
      .string()
      .refine(
        isNumberedCountry,
        'must be a country with a numbering plan, as its two letters of ISO 3166-1, such as "AT"',
      )
      .optional(),
    enquireLinkSeconds: z.int().min(1).max(600).default(30),
  })
  .refine((s) => s.secure !== 'none' || isLoopback(s.host), {
    path: ['secure'],
    message: 'may be "none" only to a center on this machine (127.0.0.1, ::1 or localhost)',
  });
export type SmppSettings = z.infer<typeof SmppSettings>;

/** SMPP 3.4, 5.2.2: at most eight octets. */
export const SmppSecret = z.strictObject({
  password: z
    .string()
    .min(1)
    .max(8)
    .regex(/^[\x21-\x7e]+$/),
});
export type SmppSecret = z.infer<typeof SmppSecret>;
