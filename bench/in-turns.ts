/**
 * Measures each side again and again in turns, so that whatever else the machine does is felt by all. The first round
 * only warms up.
 */
export async function measureInTurns<Side, Figures>(
  sides: readonly Side[],
  rounds: number,
  measure: (side: Side) => Promise<Figures>,
): Promise<Figures[][]> {
  const figures: Figures[][] = sides.map(() => []);
  for (let round = 0; round <= rounds; round += 1) {
    for (const [at, side] of sides.entries()) {
      const measured = await measure(side);
      if (round > 0) figures[at]?.push(measured);
    }
  }
  return figures;
}

export function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
