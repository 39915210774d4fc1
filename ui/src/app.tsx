/** The app: the router and what it shows. */
import { RouterProvider } from '@tanstack/react-router';
import { router } from './router';

export function App() {
  return <RouterProvider router={router} />;
}
