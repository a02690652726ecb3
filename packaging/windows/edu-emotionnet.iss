; Never run on Windows; compiled by Inno Setup 6.3.1, installed and removed under Wine.
; Installer for one user, without administrator's rights. `packaging/windows/installer.py` runs the compiler and hands it:
;   Version  version of the program
;   Bundle   PyInstaller's folder
;   Icon     icon of the installer and of stored sessions (.ico)
;   Output   folder for the installer
;   Signed   defined if a certificate is configured; the compiler then also gets /Ssign=…

#ifndef Version
  #error Run packaging/build.py windows, which hands over version and folders.
#endif
#define Name "Learner Monitor"
#define Publisher "The Edu-EmotionNet Learner Monitor authors"
#define Program "edu-emotionnet.exe"
#define SessionType "EduEmotionNet.Session"

[Setup]
AppId={{635A226D-DD74-4F70-B976-CB3329E8693A}
AppName={#Name}
AppVersion={#Version}
AppPublisher={#Publisher}
AppCopyright={#Publisher}, Apache-2.0
VersionInfoVersion={#Version}
DefaultDirName={localappdata}\Programs\edu-emotionnet
DefaultGroupName={#Name}
DisableProgramGroupPage=yes
PrivilegesRequired=lowest
; Qt 6 needs Windows 10, version 1809.
MinVersion=10.0.17763
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
ChangesAssociations=yes
LicenseFile=..\..\LICENSE
SetupIconFile={#Icon}
UninstallDisplayIcon={app}\{#Program}
UninstallDisplayName={#Name}
WizardStyle=modern
Compression=lzma2
SolidCompression=yes
OutputDir={#Output}
OutputBaseFilename=edu-emotionnet-{#Version}-windows-x64-setup
#ifdef Signed
SignTool=sign
#endif

[Languages]
Name: "english"; MessagesFile: "compiler:Default.isl"

[Messages]
FinishedLabel=[name] is installed.%n%nWindows lets it use the camera and the microphone only if both are allowed for desktop apps, under Settings > Privacy > Camera and > Microphone. The boxes below open these two pages.%n%nPicture and sound stay on this computer. The program opens no device before you have chosen a purpose in it.

[Tasks]
Name: "desktopicon"; Description: "{cm:CreateDesktopIcon}"; GroupDescription: "{cm:AdditionalIcons}"; Flags: unchecked

[InstallDelete]
; Libraries of an older version must not mix with those of this one.
Type: filesandordirs; Name: "{app}\_internal"

[Files]
Source: "{#Bundle}\*"; DestDir: "{app}"; Flags: ignoreversion recursesubdirs createallsubdirs
Source: "{#Icon}"; DestDir: "{app}"; DestName: "session.ico"; Flags: ignoreversion

[Icons]
Name: "{group}\{#Name}"; Filename: "{app}\{#Program}"
Name: "{group}\{#Name} (demo)"; Filename: "{app}\{#Program}"; Parameters: "--demo"
Name: "{group}\{cm:UninstallProgram,{#Name}}"; Filename: "{uninstallexe}"
Name: "{autodesktop}\{#Name}"; Filename: "{app}\{#Program}"; Tasks: desktopicon

[Registry]
; A stored session is a file "session.db". Other programs use that ending too, so it is offered under "Open with" only.
Root: HKA; Subkey: "Software\Classes\{#SessionType}"; ValueType: string; ValueData: "{#Name} session"; Flags: uninsdeletekey
Root: HKA; Subkey: "Software\Classes\{#SessionType}\DefaultIcon"; ValueType: string; ValueData: "{app}\session.ico"
Root: HKA; Subkey: "Software\Classes\{#SessionType}\shell\open\command"; ValueType: string; ValueData: """{app}\{#Program}"" --open ""%1"""
Root: HKA; Subkey: "Software\Classes\.db"; ValueType: none; Flags: uninsdeletekeyifempty
Root: HKA; Subkey: "Software\Classes\.db\OpenWithProgids"; ValueType: none; ValueName: "{#SessionType}"; Flags: uninsdeletevalue uninsdeletekeyifempty

[Run]
Filename: "{app}\{#Program}"; Description: "{cm:LaunchProgram,{#Name}}"; Flags: postinstall nowait skipifsilent
Filename: "ms-settings:privacy-webcam"; Description: "Open the camera's privacy settings"; Flags: postinstall shellexec nowait skipifsilent unchecked
Filename: "ms-settings:privacy-microphone"; Description: "Open the microphone's privacy settings"; Flags: postinstall shellexec nowait skipifsilent unchecked

[Code]
// Where the program keeps settings, sessions and models: core/paths.py.
function UserData: String;
begin
  Result := ExpandConstant('{localappdata}\edu-emotionnet');
end;

// Keeps what the user has stored unless the user says otherwise; a silent removal keeps it.
procedure CurUninstallStepChanged(CurUninstallStep: TUninstallStep);
begin
  if (CurUninstallStep = usPostUninstall) and DirExists(UserData) then
    if SuppressibleMsgBox('Also erase your stored sessions, settings and downloaded models?' + #13#10#13#10 + UserData,
        mbConfirmation, MB_YESNO or MB_DEFBUTTON2, IDNO) = IDYES then
      DelTree(UserData, True, True, True);
end;
