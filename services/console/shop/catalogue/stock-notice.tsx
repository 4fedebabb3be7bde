/** Says what a list of products lacks while the warehouse gives no answer. The rest is shown and can be bought all the same. */
export function StockNotice({ isMissing }: { isMissing: boolean }) {
  return (
    <div role="status" className="stock-notice">
      {isMissing && (
        <p className="found">
          What is in stock is not known at the moment. You can go on all the same; it is shown again by itself.
        </p>
      )}
    </div>
  );
}
