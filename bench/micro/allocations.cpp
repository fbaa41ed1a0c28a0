#include "bench/micro/allocations.h"

#include <cstdlib>
#include <new>

namespace {
thread_local std::uint64_t made = 0;
}

std::uint64_t sluice::bench::allocations() noexcept {
  return made;
}

// Over-aligned ones keep the library's own operator: nothing on the request's path has any.
void* operator new(std::size_t size) {
  ++made;
  if (void* memory = std::malloc(size ? size : 1)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
