/** The frame of the pages before the app: mark, title, a narrow column. */
import type { ReactNode } from 'react';

export function AuthFrame({
  title,
  width = 320,
  children,
}: {
  title: string;
  width?: number;
  children: ReactNode;
}) {
  return (
    <main className="flex min-h-dvh flex-col items-center justify-center px-4 py-10">
      <div className="mb-6 flex items-center gap-2.5 text-lg font-bold">
        <img src="/favicon.svg" alt="" width={26} height={26} />
        Monitor
      </div>
      <div className="card w-full p-5" style={{ maxWidth: width }}>
        <h1 className="mb-4 text-xl font-bold">{title}</h1>
        {children}
      </div>
    </main>
  );
}
