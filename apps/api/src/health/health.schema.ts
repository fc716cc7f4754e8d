import { z } from 'zod';

export const LiveAnswer = z.strictObject({ status: z.literal('ok') }).meta({ id: 'Liveness' });

const Indicator = z
  .looseObject({ status: z.enum(['up', 'degraded', 'down']), message: z.string().optional() })
  .meta({ id: 'ReadinessIndicator' });
const Indicators = z.record(z.string(), Indicator);

export const HealthAnswer = z
  .strictObject({
    status: z.enum(['ok', 'degraded', 'error', 'shutting_down']),
    info: Indicators.optional(),
    error: Indicators.optional(),
    details: Indicators.meta({ description: 'Everything that was checked.' }),
  })
  .meta({ id: 'Readiness' });
