import { type ConversionPath, placeOfMilestone } from '../touches/conversion-paths.js';
import { DAY } from '../touches/instant.js';
import type { TouchLog } from '../touches/touch-log.js';

export const PATHS_HEADER = 'path,conversions,value,nulls,ages,milestones';

/** One row of what `PathsReader` reads; numbers are written so that they are read as the same double. */
export function pathRow(log: TouchLog, path: ConversionPath): string {
  const { touches, conversion } = path;
  const names = Array.from(touches, (touch) => log.nameOf(touch)).join(' > ');
  const ages = conversion === null ? [] : Array.from(touches, (touch) => (conversion.at - log.atOf(touch)) / DAY);
  const fields = [names, path.conversions, path.value, path.nulls, ages.join(' > '), milestonesOf(log, path)];
  return fields.map(String).map(quoted).join(',');
}

function milestonesOf(log: TouchLog, { touches, conversion }: ConversionPath): string {
  if (conversion === null || touches.length === 0) return '';
  const places = {
    lc: placeOfMilestone(log, touches, conversion.leadAt),
    oc: placeOfMilestone(log, touches, conversion.opportunityAt),
    cw: placeOfMilestone(log, touches, conversion.at),
  };
  return Object.entries(places)
    .flatMap(([name, place]) => (place === null ? [] : [`${name}=${place}`]))
    .join(';');
}

function quoted(field: string): string {
  return /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}
