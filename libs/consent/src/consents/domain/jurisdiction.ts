/** Where a person is, as far as is known: what law a consent is judged by. ISO 3166-2, or else 3166-1. */
export function jurisdictionOf({
  country,
  region,
}: {
  readonly country: string | null;
  readonly region: string | null;
}): string | null {
  return region ?? country;
}
