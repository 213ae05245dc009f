// "1 call", "2 calls".
export const many = (count: number, one: string, more: string): string => `${count} ${count === 1 ? one : more}`;
