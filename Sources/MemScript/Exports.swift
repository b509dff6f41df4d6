// An embedder imports this module alone: the names of the layers below that a host needs come with it.

// Everything else of LinuxMemory is there for who imports it.
@_exported import struct LinuxMemory.ConfigurationError
@_exported import struct LinuxMemory.ErrorNumber
@_exported import struct LinuxMemory.EventRecord
@_exported import struct LinuxMemory.LinuxProcess
@_exported import struct LinuxMemory.Machine
@_exported import struct LinuxMemory.MachineConfiguration
@_exported import enum LinuxMemory.MachineEvent
@_exported import struct LinuxMemory.ProcessID
@_exported import class ScriptLanguage.CompiledScript
@_exported import struct ScriptLanguage.Diagnostic
@_exported import enum ScriptLanguage.FailureKind
@_exported import class ScriptLanguage.HostObject
@_exported import class ScriptLanguage.InterruptFlag
@_exported import enum ScriptLanguage.RunOutcome
@_exported import struct ScriptLanguage.ScriptAnalysis
@_exported import protocol ScriptLanguage.ScriptArgument
@_exported import struct ScriptLanguage.ScriptDeadline
@_exported import struct ScriptLanguage.ScriptError
@_exported import struct ScriptLanguage.ScriptFailure
@_exported import enum ScriptLanguage.ScriptLimit
@_exported import struct ScriptLanguage.ScriptLimits
@_exported import struct ScriptLanguage.ScriptPointer
@_exported import protocol ScriptLanguage.ScriptResult
@_exported import enum ScriptLanguage.ScriptValue
@_exported import struct ScriptLanguage.SourceText
@_exported import enum ScriptLanguage.StatementAction
@_exported import struct ScriptLanguage.Variadic
