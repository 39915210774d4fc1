export default function AddServer(_: { onClose: () => void }) {
  return null;
}
