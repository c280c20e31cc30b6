"use client";
// A client component: it visits a file of the browser.
import { useEffect } from "react";

export default function Page() {
  useEffect(() => {
    void import("../../../app/page.js");
  }, []);
  return <p>notes</p>;
}
