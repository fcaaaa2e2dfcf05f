/** Of a token that ends in so many seconds, such as `1 h 2 min 5 s`. */
export function timeLeft(seconds: number): string {
  if (seconds <= 0) return 'None: it has expired';
  const whole = Math.ceil(seconds);
  const parts: [number, string][] = [
    [Math.floor(whole / 3600), 'h'],
    [Math.floor(whole / 60) % 60, 'min'],
    [whole % 60, 's'],
  ];
  const first = parts.findIndex(([count]) => count > 0);
  return parts
    .slice(first)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ');
}
