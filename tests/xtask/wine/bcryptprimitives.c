/*
 * A stand-in for Windows' bcryptprimitives.dll, which Wine 8 lacks and Rust's standard library imports.
 *
 * ProcessPrng fills a buffer with random bytes and never fails. RtlGenRandom, which advapi32 exports as SystemFunction036,
 * gives the same; it takes lengths of 32 bits, so a longer buffer is filled in steps.
 */
#include <windows.h>

BOOLEAN NTAPI SystemFunction036(PVOID buffer, ULONG length);

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE buffer, SIZE_T length) {
    while (length > 0) {
        ULONG step = length > 0x7fffffff ? 0x7fffffff : (ULONG)length;
        if (!SystemFunction036(buffer, step)) return FALSE;
        buffer += step;
        length -= step;
    }
    return TRUE;
}
