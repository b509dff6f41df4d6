// An embedder imports this module alone: the names of both layers below come with it.

@_exported import LinuxMemory
@_exported import ScriptLanguage
