#include "proxy/core/view/provider.hpp"

namespace proxy::view {

std::string_view to_string(ProviderState state) {
  switch (state) {
    case ProviderState::unknown:
      return "unknown";
    case ProviderState::ready:
      return "ready";
    case ProviderState::degraded:
      return "degraded";
    case ProviderState::credentials_refused:
      return "credentials refused";
    case ProviderState::unreachable:
      return "unreachable";
  }
  return "unknown";
}

}  // namespace proxy::view
