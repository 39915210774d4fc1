import { PageHeader } from '../../ui/page';

export default function Page() {
  return <PageHeader title="Login" />;
}
